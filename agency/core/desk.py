"""The staff's desk: the Django admin behind our door, with our navigation."""

from functools import wraps

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

# What an AppConfig does not say of its place in the navigation (``desk_rank``).
MIDDLE = 50
# From this rank on a section is a proof: documents, messages, the journal.
PROOFS = 80
UNUSED = {"logout", "password_change", "password_change_done", "view_on_site"}


class PlateauAdminSite(AdminSite):
    """Only rooms (``RoomAdmin``) are on the desk; anything else that an installed
    package registers (Group, EmailAddress, Authenticator...) stays out."""

    site_title = site_header = index_title = _("Staff desk")
    site_url = lazystr("/")
    enable_nav_sidebar = False
    # What the first page shows: callable(request) -> context; agency.pages fills it.
    morning = None
    # Pages of the desk that belong to no room: (path, view, name), put by agency.pages.
    pages = ()

    def __init__(self, name="admin"):
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable, admin_class=None, **options):
        if getattr(admin_class, "is_room", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request):
        return request.user.is_active and getattr(request.user, "is_staff", False)

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return redirect("admin:index")

    login.login_required = False

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self):
        pages = [
            path(route, self.admin_view(view), name=name)
            for route, view, name in self.pages
        ]
        known = [
            url for url in super().get_urls() if getattr(url, "name", "") not in UNUSED
        ]
        return [*pages, *known]

    def each_context(self, request):
        context = super().each_context(request)
        return context | {"sections": self.sections(request)}

    def get_app_list(self, request, app_label=None):
        """For the page of one application; the navigation is made of ``sections``."""
        return super().get_app_list(request, app_label) if app_label else []

    def autocomplete_view(self, request):
        from agency.core.admin.lookups import LookupView  # rooms import models

        return LookupView.as_view(admin_site=self)(request)

    def get_log_entries(self, request):
        return []  # the journal of agency.core, never LogEntry

    def index(self, request, extra_context=None):
        morning = self.morning(request) if self.morning else {}
        return super().index(request, morning | (extra_context or {}))

    def sections(self, request):
        """What this person may look at, in the order of the navigation.

        Each section: label, rank, url, current, and its models (Django's dictionaries).
        """
        sections = {}
        for model, room in self._registry.items():
            entry = self._entry(request, model, room)
            if entry:
                label = room.section or model._meta.app_label
                sections.setdefault(label, []).append(entry)
        found = [_section(label, models) for label, models in sections.items()]
        return sorted(found, key=lambda section: section["rank"])

    def _entry(self, request, model, room):
        if not room.has_module_permission(request):
            return None
        url = room.changelist_url()
        return {
            "model": model,
            "label": room.plural,
            "url": url,
            "rank": room.rank,
            "current": request.path.startswith(url),
        }


def _section(app_label, models):
    config = apps.get_app_config(app_label)
    models.sort(key=lambda entry: entry["rank"])
    rank = getattr(config, "desk_rank", MIDDLE)
    return {
        "key": app_label,
        "label": config.verbose_name,
        "rank": rank,
        "url": models[0]["url"],
        "current": any(entry["current"] for entry in models),
        "models": models,
        "proofs": rank >= PROOFS,
    }
