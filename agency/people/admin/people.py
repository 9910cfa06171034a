"""People: who they are, where they work, what they may do here, and their account."""

from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from agency.core.access import STAFF_ROLES, require
from agency.core.admin import RelatedFilter, RoomAdmin, RoomInline, display, register
from agency.core.admin.columns import at, mark
from agency.core.admin.filters import PresetFilter
from agency.core.moves import Move
from agency.core.versions import save_columns
from agency.people import addresses
from agency.people.admin.imports import ImportedPeopleFilter, import_tool
from agency.people.admin.invitations import InvitationsMixin
from agency.people.admin.merging import MergingMixin
from agency.people.admin.roles import GIVE, RoleInline, RolesMixin
from agency.people.choices import ImportKind, RoleName
from agency.people.models import Affiliation, Person, Role
from agency.people.services import accounts

# Not a lifecycle: what may be done with an account, each with its page of confirmation.
STEPS = {
    "invite": Move(
        (),
        "",
        _("Invite to open their account"),
        _(
            "They receive a personal link, good for a few days, to choose a password. "
            "A link sent before is void."
        ),
    ),
    "reset_second_factor": Move(
        (),
        "",
        _("Reset the second factor"),
        _(
            "Application, passkeys and recovery codes are taken off, every session is "
            "closed, and the person is told. Make sure that you are talking to them: "
            "call them back at a number you know."
        ),
    ),
}
PERMISSIONS = {
    "invite": "people.invite_person",
    "reset_second_factor": "people.reset_second_factor",
}
DONE = {
    "invite": _("The invitation is on its way."),
    "reset_second_factor": _("The second factor is reset, and the person told."),
}


class RoleFilter(PresetFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return RoleName.choices

    def queryset(self, request, queryset):
        return queryset.with_role(self.value()) if self.value() else queryset


class AccountFilter(PresetFilter):
    title = _("account")
    parameter_name = "compte"
    presets = {
        "ouvert": (
            _("Open"),
            ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | ~Q(last_login=None),
        ),
        "attend": (
            _("Not opened yet"),
            Q(
                password__startswith=UNUSABLE_PASSWORD_PREFIX,
                last_login=None,
                erased_at=None,
            )
            & ~Q(email=None),
        ),
        "papier": (_("No address of their own"), Q(email=None, erased_at=None)),
        "refusee": (_("Address refused"), ~Q(email_refused_at=None)),
        "efface": (_("Erased"), ~Q(erased_at=None)),
    }


def _posts():
    """Each person with ``current_affiliations``, and where those are."""
    at_work = Affiliation.objects.active().select_related("organisation")
    return Prefetch("affiliations", at_work, to_attr="current_affiliations")


class AffiliationInline(RoomInline):
    model = Affiliation
    autocomplete_fields = ("organisation",)
    fields = (
        "organisation",
        "profession",
        "job_title",
        "contract",
        "practising_since",
        "starts_on",
        "ends_on",
        "is_primary",
    )


@register(Person)
class PersonAdmin(MergingMixin, RolesMixin, InvitationsMixin, RoomAdmin):
    rank = 10
    add_label = _("New person")
    list_display = ("name", "organisations", "role_names", "account", "email")
    list_filter = (
        *(ImportedPeopleFilter, RoleFilter, AccountFilter),
        ("territory", RelatedFilter),
    )
    folded_search = search_fields = ("folded",)
    search_hint = _("Name or address, with or without accents")
    ordering = ("folded", "pk")
    inlines = (AffiliationInline, RoleInline)
    fieldsets = (
        (None, {"fields": ("given_name", "family_name", "pronouns", "email", "phone")}),
        (
            _("Postal address"),
            {"fields": ("address", "postal_code", "city", "territory")},
        ),
    )

    def get_queryset(self, request):
        held = Role.objects.in_force()
        return (
            super()
            .get_queryset(request)
            .select_related("mail_preference")
            .prefetch_related(
                _posts(),
                Prefetch("roles", held, to_attr="held_roles"),
            )
        )

    def list_tools(self, request, changelist):
        return import_tool(request, ImportKind.PEOPLE)

    # -- a choice of another page ------------------------------------------------
    def lookup_loaded(self, rows):
        return rows.prefetch_related(_posts())

    def lookup_text(self, person):
        place = self.organisations(person) or person.city
        return ", ".join(filter(None, (person.full_name, place, person.email)))

    # -- columns --------------------------------------------------------------
    @display(description=_("name"), ordering="folded")
    def name(self, person):
        return person.list_name

    @display(description=_("organisations"))
    def organisations(self, person):
        names = [one.organisation.name for one in person.current_affiliations]
        return ", ".join(dict.fromkeys(names)) or None

    @display(description=_("roles"))
    def role_names(self, person):
        return ", ".join(one.get_role_display() for one in person.held_roles) or None

    @display(description=_("account"))
    def account(self, person):
        if person.erased_at:
            return mark(_("Erased"), "cancelled")
        if person.email_refused_at:
            return mark(_("Address refused"), "failed")
        if addresses.is_claimed(person):
            return mark(_("Open"), "active")
        if person.email:
            return mark(_("Not opened yet"), "draft")
        return mark(_("No address of their own"), "draft")

    # -- the page of a person --------------------------------------------------
    def get_inlines(self, request, obj):
        return self.inlines if obj else (AffiliationInline,)

    def has_change_permission(self, request, obj=None):
        erased = obj is not None and obj.erased_at
        return not erased and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None or self._address_is_free(request, obj) else ("email",)

    def _address_is_free(self, request, person):
        """An account is its owner's; and who writes a colleague's address opens it."""
        if addresses.is_claimed(person):
            return False
        works_here = person.is_superuser or person.has_role(*STAFF_ROLES)
        return not works_here or request.user.has_perm(GIVE, person)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.columns:
            addresses.keep(obj)

    def only_if(self, obj, form):
        """Nobody comes back from erasure; an account claimed meanwhile is its owner's."""
        known = {"erased_at": None}
        if "email" in form.columns:
            known |= {"password": obj.password, "last_login": obj.last_login}
        return known

    def write(self, request, obj, form):
        columns = form.columns
        if "email" in columns:
            obj.email_refused_at = None
            columns = [*columns, "email_refused_at"]
        if columns:
            save_columns(obj, columns)

    def facts(self, request, obj):
        found = [
            (_("Account"), self.account(obj)),
            (_("Known since"), at(obj.joined_at)),
        ]
        if obj.last_login:
            found.append((_("Last sign-in"), at(obj.last_login)))
        if chosen := getattr(obj, "mail_preference", None):
            found.append((_("Announcements"), chosen.get_openings_display()))
        if self.has_change_permission(request, obj):
            found += self._who_writes_the_address(request, obj)
        return [*found, *self.merge_facts(request, obj)]

    def _who_writes_the_address(self, request, person):
        if self._address_is_free(request, person):
            return []
        owned = addresses.is_claimed(person)
        who = _("Its owner alone, from their space") if owned else _("Direction alone")
        return [(_("Who changes the address"), who)]

    # -- the account -----------------------------------------------------------
    def buttons(self, request, obj):
        return [
            {"name": name, "label": step.label, "url": self.url(name, obj.pk)}
            for name, step in STEPS.items()
            if self.can(name, obj) and request.user.has_perm(PERMISSIONS[name], obj)
        ] + list(self.role_buttons(request, obj))

    def can(self, name, person):
        if person.erased_at or not person.is_active:
            return False
        if name == "invite":
            return bool(person.email) and not addresses.is_claimed(person)
        return Authenticator.objects.filter(user=person).exists()

    def get_urls(self):
        meta = self.opts
        steps = [
            path(
                f"<path:object_id>/{address}/",
                self.admin_site.admin_view(partial(self.step_view, name=name)),
                name=f"{meta.app_label}_{meta.model_name}_{name}",
            )
            for name, address in (
                ("invite", "invitation"),
                ("reset_second_factor", "second-facteur"),
            )
        ]
        return [*steps, *super().get_urls()]

    def step_view(self, request, object_id, name):
        person = self.visible_object(request, object_id)
        require(request.user, PERMISSIONS[name], person)
        if request.method == "POST":
            return self._take(request, person, name)
        if not self.can(name, person):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": STEPS[name].label,
            "arrow": STEPS[name],
            "object": person,
            "opts": self.opts,
            "room": self,
            "back": self.url("change", person.pk),
        }
        return TemplateResponse(request, "admin/people/person/confirm.html", context)

    def _take(self, request, person, name):
        try:
            getattr(accounts, name)(person, by=request.user)
        except accounts.Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(request, DONE[name], messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", person.pk))
