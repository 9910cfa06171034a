"""Invitations on the desk: who was asked, who proposed them, and asking a list."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.admin.inviting import ADD, InviteMixin
from agency.activities.models import Invitation
from agency.activities.services import cooptation, enrolments, invitations
from agency.activities.states import ActivityState, InvitationState
from agency.core.access import require
from agency.core.admin import (
    RelatedFilter,
    RoomAdmin,
    in_charge_filter,
    register,
    state,
)
from agency.core.admin.columns import mark, moment
from agency.core.admin.filters import PresetFilter
from agency.core.admin.moves import refusal
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused
from agency.core.moves import Move

VIEW = "activities.view_invitation"
RESEND = "activities.resend_invitation"
# Not a move of its lifecycle: the same page of confirmation.
AGAIN = Move(
    (),
    "",
    gettext_lazy("Send the invitation again"),
    gettext_lazy("One more message, with the same link to the form."),
)


class InvitationToolMixin:
    """The link to its invitations on the page of an activity."""

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        asks = obj.registration_mode not in enrolments.BY_MODE
        if asks and request.user.has_perm(VIEW, obj):
            url = reverse("admin:activities_invitation_changelist")
            url = f"{url}?activity__id__exact={obj.pk}"
            tools.append({"label": _("Invitations"), "url": url})
        return tools


class SponsorMixin:
    """On the page of a request: the member who proposed this person."""

    def facts(self, request, obj):
        sponsor = cooptation.sponsor_of(obj)
        known = [(_("Proposed by"), sponsor.full_name)] if sponsor else []
        return [*super().facts(request, obj), *known]


class OriginFilter(PresetFilter):
    title = gettext_lazy("origin")
    parameter_name = "origine"

    presets = {
        "membre": (gettext_lazy("Proposed by a member"), ~Q(sponsor=None)),
        "agence": (gettext_lazy("Asked by the agency"), Q(sponsor=None)),
    }


@register(Invitation)
class InvitationAdmin(InviteMixin, RoomAdmin):
    """Nobody is invited through a form of the model: a service judges each line."""

    rank = 35
    list_display = (
        "who",
        "address",
        "activity",
        "answer",
        "proposer",
        moment("sent_at", _("Sent")),
    )
    list_filter = (
        "state",
        OriginFilter,
        ("activity", RelatedFilter),
        in_charge_filter("activity__officer"),
    )
    list_select_related = ("activity", "person", "sponsor")
    folded_search = ("activity__folded", "person__folded", "email")
    search_hint = gettext_lazy("Name, address, words of the activity")
    empty_text = gettext_lazy(
        "Whoever is invited stands here with their answer; so do those whom members "
        "propose."
    )
    services = {"send": invitations.send, "revoke": invitations.revoke}
    bulk_moves = ("send", "revoke")
    fields = (
        "activity",
        "given_name",
        "family_name",
        "email",
        "person",
        "sponsor",
        "words",
        "created_at",
        "sent_at",
    )

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def hindrance(self, obj, name):
        return invitations.hindrance(obj) if name == "send" else ""

    def buttons(self, request, obj):
        steps = super().buttons(request, obj)
        if self._may_resend(request, obj):
            url = self.url("resend", obj.pk)
            steps.append({"name": "resend", "label": AGAIN.label, "url": url})
        return steps

    def facts(self, request, obj):
        """Why it does not leave yet, where a button would be."""
        if obj.state != InvitationState.PROPOSED:
            return []
        why = invitations.hindrance(obj)
        return [(_("Cannot leave yet"), why)] if why else []

    def _may_resend(self, request, obj):
        sent = obj.state == InvitationState.SENT
        return sent and request.user.has_perm(RESEND, obj)

    # -- columns ------------------------------------------------------------------
    @admin.display(description=gettext_lazy("Person"), ordering="family_name")
    def who(self, invitation):
        person = invitation.person
        return person.list_name if person else invitation.name

    @admin.display(description=gettext_lazy("E-mail address"), ordering="email")
    def address(self, invitation):
        return invitation.email or None

    @admin.display(description=gettext_lazy("Answer"), ordering="state")
    def answer(self, invitation):
        """Its state; an invitation whose activity takes nobody any more has lapsed."""
        if invitation.is_prepared:
            return mark(_("Prepared, leaves when registration opens"), "draft")
        if invitation.state == InvitationState.SENT and has_lapsed(invitation.activity):
            return mark(_("Lapsed: registration is over"), "cancelled")
        return state(invitation)

    @admin.display(description=gettext_lazy("Proposed by"), ordering="sponsor__folded")
    def proposer(self, invitation):
        return invitation.sponsor and invitation.sponsor.full_name

    # -- its pages --------------------------------------------------------------------
    def list_tools(self, request, changelist):
        if not request.user.has_perm(ADD):
            return []
        chosen = changelist.filter_params.get("activity__id__exact", [])
        query = f"?activity={chosen[0]}" if len(chosen) == 1 else ""
        url = f"{self.url('invite')}{query}"
        return [{"label": _("Invite"), "url": url, "primary": True}]

    def get_urls(self):
        again = path(
            "<int:pk>/relance/",
            self.admin_site.admin_view(self.resend_view),
            name="activities_invitation_resend",
        )
        return [again, *super().get_urls()]

    def resend_view(self, request, pk):
        rows = visible_rows(Invitation, request.user).select_related("activity")
        invitation = get_object_or_404(rows, pk=pk)
        require(request.user, RESEND, invitation)
        if request.method == "POST":
            return self._resend(request, invitation)
        context = {
            **self.admin_site.each_context(request),
            "title": AGAIN.label,
            "arrow": AGAIN,
            "object": invitation,
            "form": "",
            "opts": self.opts,
            "room": self,
            "back": self.url("change", pk),
        }
        return TemplateResponse(request, "admin/move_confirmation.html", context)

    def _resend(self, request, invitation):
        try:
            invitations.resend(invitation, by=request.user)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
        else:
            self.message_user(request, _("The invitation is on its way."))
        return HttpResponseRedirect(self.url("change", invitation.pk))


def has_lapsed(activity):
    """Whether its form opens for nobody any more; late entry is left to the service."""
    if activity.state == ActivityState.RUNNING:
        return not activity.late_entry_until_session
    over = activity.closes_at is not None and activity.closes_at <= now()
    return over or activity.state not in (
        ActivityState.DRAFT,
        ActivityState.ANNOUNCED,
        ActivityState.OPEN,
    )
