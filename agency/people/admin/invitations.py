"""Inviting many people at once to open the account that the agency prepared for them."""

from collections import Counter

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.core import dates
from agency.core.access import require
from agency.people.services import invitations

INVITE = "people.invite_person"
LABEL = gettext_lazy("Invite them to open their accounts")


class InvitationsMixin:
    """One more action of the list of people, with its page of confirmation."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        if request.user.has_perm(INVITE):
            actions["invite_all"] = (_invite_all, "invite_all", LABEL)
        return actions

    def invite_all_view(self, request, queryset):
        """First who will be invited and who will not, then the same through POST."""
        require(request.user, INVITE)
        going, staying = invitations.sort(queryset)
        if "confirmed" in request.POST and going:
            return self._invite_all(request, going)
        context = {
            **self.admin_site.each_context(request),
            "title": LABEL,
            "going": going,
            "staying": _said(staying),
            "rest": max(0, len(going) - invitations.AT_ONCE),
            "at_once": invitations.AT_ONCE,
            "people": going[: invitations.AT_ONCE],
            "opts": self.opts,
            "room": self,
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/people/person/invite_all.html", context)

    def _invite_all(self, request, going):
        sent, refused = invitations.invite_all(going, by=request.user)
        if sent:
            said = ngettext(
                "%(count)s invitation is on its way.",
                "%(count)s invitations are on their way.",
                sent,
            )
            self.message_user(request, said % {"count": sent}, messages.SUCCESS)
        for person, why in refused:
            self.message_user(request, f"{person}: {why}", messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


def _invite_all(room, request, queryset):
    return room.invite_all_view(request, queryset)


def _said(staying):
    """How many there are for each reason, the most frequent first."""
    return Counter(_reason(why) for _person, why in staying).most_common()


def _reason(why):
    if why is invitations.NO_ADDRESS:
        return _("no e-mail address of their own")
    if why is invitations.HAS_ACCOUNT:
        return _("they have an account already")
    if why is invitations.REFUSED:
        return _("their address refuses our messages: correct it first")
    if why is invitations.ERASED:
        return _("their data was erased")
    said = {"day": dates.day_year(why)}
    return _("invited on %(day)s, and the link is still good") % said
