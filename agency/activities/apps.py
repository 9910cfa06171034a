from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "agency.activities"
    verbose_name = _("Activities")
    desk_rank = 10

    def ready(self):
        from agency.activities import documents, privacy  # models are loaded now
        from agency.activities.sealed_rooms import hinders_role  # see above
        from agency.people.services import roles  # see above

        documents.declare()
        privacy.declare()
        roles.hinder(hinders_role)
