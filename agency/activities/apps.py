from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "agency.activities"
    verbose_name = _("Activities")
    desk_rank = 10

    def ready(self):
        from agency.activities import documents, merging, privacy  # models are loaded
        from agency.activities import sealed_rooms as sealed  # see above
        from agency.people import merging as people_merging  # see above
        from agency.people.services import roles  # see above

        documents.declare()
        privacy.declare()
        merging.declare()
        sealed.declare()
        roles.hinder(sealed.hinders_role)
        people_merging.hinder(sealed.hinders_merge)
