from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "agency.people"
    verbose_name = _("People")
    desk_rank = 20

    def ready(self):
        from allauth.mfa import signals

        from agency.people import personal_data, second_factor

        personal_data.declare()
        signals.authenticator_added.connect(second_factor.note_added)
        signals.authenticator_removed.connect(second_factor.note_removed)
