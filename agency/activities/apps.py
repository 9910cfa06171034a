from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "agency.activities"
    verbose_name = _("Activities")
    desk_rank = 10

    def ready(self):
        from agency.activities import documents, privacy  # noqa: F401  # models are loaded now

        privacy.declare()
