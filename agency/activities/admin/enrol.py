"""An officer registers somebody: outside the window, against a rule with a reason."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.choices import SeatScope
from agency.activities.forms.enrolment import said_of
from agency.activities.models import Activity, Enrolment
from agency.activities.models.names import names_read_by
from agency.activities.services import eligibility, enrolments, places
from agency.activities.services.enrolments import Refusal, RegistrationRefused
from agency.activities.services.papers import Papers
from agency.activities.states import ActivityState
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.permissions import visible_rows
from agency.people.models import Person

CLOSED = (ActivityState.DRAFT, ActivityState.COMPLETED, ActivityState.CANCELLED)


class EnrolForm(forms.Form):
    """Who, for what; then, only where it is needed, which dates and why against a rule."""

    activity = LookupField(
        label=gettext_lazy("Activity"),
        queryset=Activity.objects.none(),
        # The search offers every activity that one may see.
        error_messages={
            "invalid_choice": gettext_lazy(
                "Nobody is registered for a draft, nor for what is over or cancelled; "
                "for a sealed group, by its officer alone."
            )
        },
    )
    person = LookupField(
        label=gettext_lazy("Person"),
        queryset=Person.objects.none(),
        help_text=gettext_lazy("They are told by mail, with every date."),
    )
    sessions = forms.MultipleChoiceField(
        label=gettext_lazy("Dates"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("One registers date by date for this activity."),
    )
    exception = forms.CharField(
        label=gettext_lazy("Reason of the exception"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Why this person is registered although a rule does not hold; kept in the "
            "history."
        ),
    )

    def __init__(self, *args, user, site, **kwargs):
        super().__init__(*args, **kwargs)
        people, running = self.fields["person"], self.fields["activity"]
        people.queryset = visible_rows(Person, user).present()
        known = visible_rows(Activity, user).filter(names_read_by(user))
        running.queryset = known.exclude(state__in=CLOSED)
        for name, field in (("person", people), ("activity", running)):
            widget = Lookup(Enrolment._meta.get_field(name), site)
            widget.is_required = True
            field.widget = widget
            widget.choices = field.choices
        self.dates = []
        self._ask_dates()
        # Shown once a rule stands in the way, and as long as something is written there.
        if not self.data.get("exception"):
            self.reason = self.fields.pop("exception")

    def _ask_dates(self):
        """Of an activity for which one registers session by session, once it is chosen."""
        chosen = str(self.data.get("activity") or self.initial.get("activity") or "")
        rows = self.fields["activity"].queryset.filter(seat_scope=SeatScope.SESSION)
        activity = rows.filter(pk=chosen).first() if chosen.isdecimal() else None
        if activity is None:
            del self.fields["sessions"]
            return
        self.dates = list(places.coming(activity))
        field = self.fields["sessions"]
        field.choices = [(one.pk, said_of(one, None)) for one in self.dates]

    def register(self, by):
        """The enrolment, or None with its refusal written in the form."""
        said = self.cleaned_data
        chosen = set(said.get("sessions") or ())
        dates = tuple(one for one in self.dates if str(one.pk) in chosen)
        try:
            return enrolments.register(
                said["activity"],
                person=said["person"],
                by=by,
                given=Papers(sessions=dates),
                exception=said.get("exception", ""),
            )
        except RegistrationRefused as refused:
            self._tell(refused)
            return None

    def _tell(self, refused):
        if refused.refusal == Refusal.NO_REASON:
            self.fields["exception"] = (
                getattr(self, "reason", None) or self.fields["exception"]
            )
            self.add_error("exception", self._rules_against())
        elif refused.refusal == Refusal.SESSIONS and self.dates:
            self.add_error("sessions", str(refused))
        else:
            self.add_error(None, str(refused))

    def _rules_against(self):
        said = self.cleaned_data
        against = eligibility.barring(said["activity"], said["person"])
        rules = "; ".join(f"{one.wants} ({one.known})" for one in against)
        return _(
            "Not fulfilled: %(rules)s. Write why you register them all the same."
        ) % {"rules": rules}
