"""The page from which a list of people is invited: looked at first, then sent."""

from hashlib import sha256

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.models import Activity, Enrolment
from agency.activities.models.names import names_read_by
from agency.activities.services import guests, invitations
from agency.activities.states import ActivityState
from agency.core.access import require
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.permissions import visible_rows
from agency.people.admin.people import PersonAdmin
from agency.people.models import Person

ADD = "activities.add_invitation"
OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)
# Of a selection in the directory, as many as an address of a page bears.
MOST_CHOSEN = guests.MOST_LINES


class InviteForm(forms.Form):
    """Whom to invite: pasted lines, somebody of the directory, those of an activity."""

    activity = LookupField(
        label=gettext_lazy("Activity"),
        queryset=Activity.objects.none(),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Nobody is invited to what is over or cancelled; to a sealed group, by "
                "its officer alone."
            )
        },
    )
    lines = forms.CharField(
        label=gettext_lazy("Whom to invite"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One on each line: an address, \u201cAwa Diallo <awa@example.org>\u201d, or the "
            "name of somebody of the directory."
        ),
    )
    person = LookupField(
        label=gettext_lazy("And this person"),
        queryset=Person.objects.none(),
        required=False,
    )
    members_of = LookupField(
        label=gettext_lazy("And those confirmed in"),
        queryset=Activity.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy(
                "Who is in a sealed group is known to its officer alone."
            )
        },
        help_text=gettext_lazy("The group of last season, for instance."),
    )
    words = forms.CharField(
        label=gettext_lazy("Why them"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For the agency alone; no message bears it."),
    )

    def __init__(self, *args, user, site, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        # A sealed group is its officer's: who is asked, and who was in it before.
        seen = visible_rows(Activity, user).filter(names_read_by(user))
        choices = {
            "activity": (seen.exclude(state__in=OVER), "activity", True),
            "person": (visible_rows(Person, user).present(), "person", False),
            "members_of": (seen, "activity", False),
        }
        for name, (rows, column, needed) in choices.items():
            field = self.fields[name]
            field.queryset = rows
            widget = Lookup(Enrolment._meta.get_field(column), site)
            widget.is_required = needed
            field.widget = widget
            widget.choices = field.choices

    def clean_activity(self):
        activity = self.cleaned_data["activity"]
        if why := invitations.closed(activity):
            raise forms.ValidationError(why)
        return activity

    def clean(self):
        cleaned = super().clean()
        asked = guests.read(cleaned.get("lines", ""), visible_rows(Person, self.user))
        if person := cleaned.get("person"):
            asked.append(guests.Guest(person.email or "", person=person))
        if before := cleaned.get("members_of"):
            asked += guests.confirmed_in(before)
        if len(asked) > guests.MOST_LINES:
            self.add_error(
                "lines", _("Two hundred people at a time: send these, then the others.")
            )
        elif not asked and not self.errors:
            self.add_error("lines", _("Write at least one address or one name."))
        cleaned["asked"] = asked
        return cleaned


class InviteMixin:
    """The page ``inviter/`` of the room of invitations."""

    def get_urls(self):
        page = path(
            "inviter/",
            self.admin_site.admin_view(self.invite_view),
            name="activities_invitation_invite",
        )
        return [page, *super().get_urls()]

    def invite_view(self, request):
        """First what would become of each line, then the same through one button."""
        require(request.user, ADD)
        data = request.POST if request.method == "POST" else None
        form = InviteForm(
            data, user=request.user, site=self.admin_site, initial=_initial(request)
        )
        fates = []
        if data is not None and form.is_valid():
            looked_at = data.get("seen") == _print(form)
            if "send" in data and looked_at and (sent := self._invite(request, form)):
                return sent
            activity = form.cleaned_data["activity"]
            fates = guests.judge(activity, form.cleaned_data["asked"])
        return self._invite_page(request, form, fates)

    def _invite(self, request, form):
        """What was looked at goes, line by line; a redirection, or None with the reason."""
        activity, words = form.cleaned_data["activity"], form.cleaned_data["words"]
        asked = form.cleaned_data["asked"]
        try:
            fates = invitations.invite_many(
                activity, asked, words=words, by=request.user
            )
        except invitations.InvitationRefused as refused:
            form.add_error("activity", str(refused))
            return None
        going = sum(fate.goes for fate in fates)
        if not going:
            return None
        self.message_user(request, self._said(activity, going), messages.SUCCESS)
        return HttpResponseRedirect(
            f"{self.changelist_url()}?activity__id__exact={activity.pk}"
        )

    def _said(self, activity, going):
        if invitations.not_yet(activity):
            said = ngettext(
                "%(count)s invitation is ready: it leaves once registration opens.",
                "%(count)s invitations are ready: they leave once registration opens.",
                going,
            )
        else:
            said = ngettext(
                "%(count)s invitation is on its way.",
                "%(count)s invitations are on their way.",
                going,
            )
        return said % {"count": going}

    def _invite_page(self, request, form, fates):
        going = sum(fate.goes for fate in fates)
        activity = getattr(form, "cleaned_data", {}).get("activity")
        label = ngettext("Invite %(count)s person", "Invite %(count)s people", going)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite"),
            "form": form,
            "errors": form.errors,
            "fates": fates,
            "seen": _print(form) if fates else "",
            "going": going,
            "later": bool(fates) and invitations.not_yet(activity),
            "send_label": label % {"count": going},
            "opts": self.opts,
            "room": self,
            "object": None,
        }
        return TemplateResponse(request, "admin/activities/invite.html", context)


def _print(form):
    """The same as long as nobody changes the lines that were looked at."""
    asked = [guest.said for guest in form.cleaned_data["asked"]]
    told = repr((form.cleaned_data["activity"].pk, asked))
    return sha256(told.encode()).hexdigest()[:16]


def _initial(request):
    """The activity of the page one comes from, and those ticked in the directory."""
    keys = [
        key for key in request.GET.get("personnes", "").split(",") if key.isdecimal()
    ]
    people = visible_rows(Person, request.user).present()
    chosen = people.filter(pk__in=keys[:MOST_CHOSEN]).order_by("folded", "pk")
    return {
        "activity": request.GET.get("activity"),
        "lines": "\n".join(_line(person) for person in chosen) if keys else "",
    }


def _line(person):
    if not person.email:
        return person.full_name
    return f"{person.full_name} <{person.email}>"


@admin.action(permissions=["change"], description=gettext_lazy("Invite to an activity"))
def invite_people(room, request, queryset):
    """Those ticked in the directory are the lines of the form."""
    keys = ",".join(
        str(key) for key in queryset.values_list("pk", flat=True)[:MOST_CHOSEN]
    )
    url = reverse("admin:activities_invitation_invite")
    return HttpResponseRedirect(f"{url}?personnes={keys}")


# The directory stands below the activities and does not know them.
PersonAdmin.actions = (*(PersonAdmin.actions or ()), invite_people)
