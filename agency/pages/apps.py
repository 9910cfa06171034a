from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "agency.pages"
    verbose_name = _("Pages")

    def ready(self):
        from agency.pages import registry, todos  # models are loaded now

        registry.add_entry(_("Activities"), "pages:activity-list", order=10)
        registry.add_entry(_("Agenda"), "pages:agenda", order=20)
        registry.add_todo(todos.seats)
        registry.add_todo(todos.undertaking)
        registry.add_todo(todos.invitations)
        registry.add_todo(todos.profile)
