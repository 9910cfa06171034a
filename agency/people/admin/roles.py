"""Roles on the page of a person: read there, given and ended by their service."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core import dates
from agency.core.access import require
from agency.core.admin import RoomInline
from agency.core.admin.widgets import DateInput
from agency.core.admin.words import detail
from agency.core.clock import today
from agency.core.moves import Move
from agency.people.choices import RoleName
from agency.people.models import Role
from agency.people.services import roles
from agency.people.services.accounts import Refused

GIVE, END = "people.give_role", "people.end_role"
# Not a lifecycle: what the pages of confirmation say.
GIVING = Move(
    (),
    "",
    gettext_lazy("Give a role"),
    gettext_lazy(
        "A role opens doors from its first day to its last, included. "
        "Those who hold a role of the house sign in with a second factor."
    ),
)
ENDING = Move(
    (),
    "",
    gettext_lazy("End the role"),
    gettext_lazy("What this role opens is closed at once."),
)


class GiveRoleForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[("", "\u2013"), *RoleName.choices]
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"), initial=today, widget=DateInput()
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("A role ends after it starts."))
        return data


class RoleInline(RoomInline):
    """What somebody holds and held; a button gives, another ends."""

    model = Role
    fields = ("role", "starts_on", "ends_on")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class RolesMixin:
    """Two steps of the page of a person, for direction and never for oneself."""

    def role_buttons(self, request, person):
        if person.erased_at:
            return
        if request.user.has_perm(GIVE, person):
            url = self.url("give_role", person.pk)
            yield {"name": "give_role", "label": GIVING.label, "url": url}
        if request.user.has_perm(END, person):
            for role in person.held_roles:
                yield {
                    "name": "end_role",
                    "label": _("End the role: %(role)s") % {"role": role},
                    "url": self.url("end_role", person.pk, role.pk),
                }

    def get_urls(self):
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/role/",
                view(self.give_role_view),
                name=f"{stem}_give_role",
            ),
            path(
                "<path:object_id>/role/<int:role_id>/fin/",
                view(self.end_role_view),
                name=f"{stem}_end_role",
            ),
            *super().get_urls(),
        ]

    def give_role_view(self, request, object_id):
        person = self.visible_object(request, object_id)
        require(request.user, GIVE, person)
        form = GiveRoleForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            said = _("The role is given.")
            return self._change_role(
                request, person, said, roles.give_role, person, **form.cleaned_data
            )
        return self._role_page(request, person, GIVING, form=form, errors=form.errors)

    def end_role_view(self, request, object_id, role_id):
        person = self.visible_object(request, object_id)
        require(request.user, END, person)
        role = get_object_or_404(person.roles.in_force(), pk=role_id)
        if request.method == "POST":
            said = _("The role is over.")
            return self._change_role(request, person, said, roles.end_role, role)
        return self._role_page(request, person, ENDING, role=role)

    def _change_role(self, request, person, said, service, *args, **kwargs):
        try:
            service(*args, by=request.user, **kwargs)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", person.pk))

    def _role_page(self, request, person, arrow, *, form=None, errors=(), role=None):
        context = {
            **self.admin_site.each_context(request),
            "title": arrow.label,
            "arrow": arrow,
            "object": person,
            "form": form,
            "errors": errors,
            "role": role,
            "opts": self.opts,
            "room": self,
            "back": self.url("change", person.pk),
        }
        return TemplateResponse(request, "admin/people/person/role.html", context)


def _role_said(data):
    """Which role, and its dates when the entry holds them."""
    role = str(dict(RoleName.choices).get(data["role"], data["role"]))
    days = {
        name: dates.day_year(date.fromisoformat(data[name]))
        for name in ("starts_on", "ends_on")
        if data.get(name)
    }
    if len(days) > 1:
        return _("%(role)s from %(starts_on)s until %(ends_on)s") % {
            "role": role,
            **days,
        }
    if "starts_on" in days:
        return _("%(role)s from %(starts_on)s on") % {"role": role, **days}
    if "ends_on" in days:
        return _("%(role)s until %(ends_on)s") % {"role": role, **days}
    return role


detail("give_role", _role_said)
detail("end_role", _role_said)
