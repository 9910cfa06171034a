from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "agency.activities"
    verbose_name = _("Activities")
    desk_rank = 10

    def ready(self):
        from agency.activities import (  # models are loaded  # see above
            certificates,
            documents,
            merging,
            privacy,
            rules,
            sheets,
        )
        from agency.activities import sealed_rooms as sealed  # see above
        from agency.activities.models import CalendarFeed  # see above
        from agency.activities.printed import charters  # see above
        from agency.activities.services import reminders  # see above
        from agency.core import resealing  # see above
        from agency.people import merging as people_merging  # see above
        from agency.people.services import roles  # see above

        resealing.keeps(CalendarFeed, "sealed_secret")
        documents.declare()
        reminders.declare()
        sheets.declare()
        certificates.declare()
        charters.declare()
        privacy.declare()
        rules.declare()
        merging.declare()
        sealed.declare()
        roles.hinder(sealed.hinders_role)
        people_merging.hinder(sealed.hinders_merge)
