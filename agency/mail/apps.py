from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "agency.mail"
    verbose_name = _("Messages")
    desk_rank = 85

    def ready(self):
        from agency.core import resealing  # models are loaded by now
        from agency.mail.models import OutgoingEmail  # see above

        resealing.keeps(OutgoingEmail, "secret")
