from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self):
        kinds.register(
            kinds.Kind(
                code="practice_cycle",
                label=_("Practice-analysis cycle"),
                plural=_("Practice-analysis cycles"),
                path="cycles",
                model="programmes.PracticeCycle",
                capacity=15,
                sealed=True,
                topics=(
                    ("teams", _("Relations with the artistic teams")),
                    ("organisation", _("Organisation of the work")),
                    ("funding", _("Funding of a production")),
                    ("partners", _("Relations with partners")),
                    ("insecurity", _("Insecurity, the future of the post")),
                    ("other", _("Another kind of situation")),
                ),
            )
        )
