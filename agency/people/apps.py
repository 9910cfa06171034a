from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "agency.people"
    verbose_name = _("People")
    desk_rank = 20

    def ready(self):
        # Models are loaded by now.
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa import signals  # see above
        from allauth.mfa.models import Authenticator  # see above

        from agency.core import resealing  # see above
        from agency.people import (  # see above  # see above
            mailboxes,
            merging_keys,
            personal_data,
            second_factor,
        )

        resealing.keeps(Authenticator, "data", second_factor.sealed_again)
        personal_data.declare()
        merging_keys.declare()
        post_save.connect(second_factor.note_added, sender=Authenticator)
        signals.authenticator_removed.connect(second_factor.note_removed)
        authentication_step_completed.connect(mailboxes.note_proof)
