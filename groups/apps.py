from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("Groups")

    def ready(self):
        kinds.register(
            kinds.Kind(
                code="peer_group",
                label=_("Peer group"),
                plural=_("Peer groups"),
                path="groupes",
                model="groups.PeerGroup",
                capacity=20,
            )
        )
        kinds.register(
            kinds.Kind(
                code="codevelopment",
                label=_("Co-development"),
                plural=_("Co-development groups"),
                path="co-developpement",
                model="groups.CodevelopmentGroup",
                capacity=10,
                sealed=True,
            )
        )
