from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "agency.core"
    verbose_name = _("Journal")
    default = True
    desk_rank = 90


class DeskConfig(admin.AdminConfig):
    """The Django admin, with our site as its only one; autodiscovery as usual."""

    default = False
    default_site = "agency.core.desk.PlateauAdminSite"
