"""The form of a registration, and of its change: the same questions, bound to answers."""

import json
from hashlib import sha256

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import (
    REVIEWED,
    NeedKind,
    ParticipationMode,
    RegistrationMode,
    SeatScope,
)
from agency.activities.forms import questions
from agency.activities.forms.questions import LongText, name_of
from agency.activities.models import Application
from agency.activities.services import changes, places
from agency.activities.services.papers import Papers
from agency.activities.states import ParticipationState
from agency.core import dates
from agency.core.clock import now

MOTIVATION, NEED = 1500, 500
NEEDS = {NeedKind.ACCESS: "access", NeedKind.DIET: "meals"}


class Dates(forms.CheckboxSelectMultiple):
    """The sessions; those that one neither joins nor leaves any more are greyed."""

    fixed = frozenset()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.fixed:
            option["attrs"]["disabled"] = True
        return option


class EnrolmentForm(forms.Form):
    """For whom and how one comes, at which sessions, and what the activity asks.

    ``activity`` was read ``with_hybrid()`` and with its officer. ``enrolment`` is the
    one that is changed: the form is then bound to what was given, and knows whether
    that changed in another window.
    """

    affiliation = forms.ModelChoiceField(
        label=_("You come for"),
        queryset=None,
        empty_label=_("Nobody but myself"),
        required=False,
        help_text=_("Read by the agency, and printed on your convocation."),
    )
    mode = forms.ChoiceField(
        label=_("You take part"),
        choices=ParticipationMode,
        initial=ParticipationMode.ONSITE,
        widget=forms.RadioSelect,
        help_text=_("Some sessions are both on site and online."),
    )
    every = forms.BooleanField(label=_("Every date"), required=False)
    sessions = forms.TypedMultipleChoiceField(
        label=_("The dates at which you come"),
        coerce=int,
        widget=Dates,
        error_messages={"required": _("Choose one date at least.")},
    )
    motivation = LongText(
        label=_("What moves you, in a few lines"),
        most=MOTIVATION,
        rows=6,
        error_messages={"required": _("Write a few lines: they compose the group.")},
    )
    topic = forms.ChoiceField(
        label=_("Your situations are rather about"),
        widget=forms.RadioSelect,
        help_text=_(
            "The family is enough. Tell nothing here: the story belongs to the group."
        ),
    )
    access = LongText(
        label=_("What you need to come, to hear, to see"),
        most=NEED,
        rows=2,
        required=False,
    )
    meals = LongText(label=_("What you do not eat"), most=NEED, rows=2, required=False)
    keep = forms.BooleanField(
        label=_(
            "Keep what I write for the next edition, should there be no seat for me"
        ),
        required=False,
    )

    def __init__(self, data=None, *, person, activity, enrolment=None):
        super().__init__(data)
        self.person, self.activity, self.enrolment = person, activity, enrolment
        self.questions = self._read_questions()
        for one in self.questions:
            field = questions.field_for(one, activity.officer)
            self.fields[name_of(one)] = field
        self._choose_affiliation()
        self._choose_sessions()
        self._drop_unasked()
        self._say_who_reads()
        if enrolment is not None:
            self._bind()

    def _read_questions(self):
        found = {one.pk: one for one in self.activity.questions.all()}
        for one in found.values():
            one.depends_on = found.get(one.depends_on_id)
        return list(found.values())

    # -- which fields there are -----------------------------------------------
    def _choose_affiliation(self):
        active = self.person.affiliations.active()
        field, first = self.fields["affiliation"], active.first()
        kept = self.enrolment and self.enrolment.affiliation
        if first is None and not kept:
            del self.fields["affiliation"]
            return
        if kept:
            # One that has ended since stays what it was, until another is chosen.
            active = active | self.person.affiliations.filter(pk=kept.pk)
        field.queryset = active.select_related("organisation", "profession")
        field.initial = first

    def _choose_sessions(self):
        self.dates = []
        if self.activity.seat_scope != SeatScope.SESSION:
            del self.fields["sessions"], self.fields["every"]
            return
        begun, own = now(), self._own()
        coming = places.coming(self.activity)
        self.dates = [one for one in coming if one.starts_at > begun]
        field = self.fields["sessions"]
        field.choices = [(one.pk, said_of(one, own.get(one.pk))) for one in self.dates]
        fixed = {one.pk for one in self.dates if self._is_fixed(one, own)}
        field.widget.fixed = fixed
        if len(self.dates) < 2:
            del self.fields["every"]
        if self.is_bound:
            self._complete(fixed & own.keys(), fixed)

    def _own(self):
        """{session: state} of those at which the person is awaited, or waits."""
        if self.enrolment is None:
            return {}
        alive = self.enrolment.participations.filter(state__in=changes.ALIVE)
        return dict(alive.values_list("session", "state"))

    def _is_fixed(self, session, own):
        """Too near to be changed by oneself, or full where nobody waits."""
        if self.enrolment is not None and changes.is_fixed(session, self.activity):
            return True
        full = places.is_full(session) and not self.activity.waiting_list
        return full and session.pk not in own

    def _complete(self, kept, fixed):
        """A box that is greyed is not sent; neither are those that "every date" stands for."""
        self.data = self.data.copy()
        sent = self.data.getlist("sessions")
        if self.data.get("every"):
            sent = [str(one.pk) for one in self.dates if one.pk not in fixed]
        both = [one for one in sent if one not in map(str, fixed)]
        self.data.setlist("sessions", [*both, *map(str, sorted(kept))])

    def _drop_unasked(self):
        mode, fields = self.activity.registration_mode, self.fields
        decided = self.enrolment is not None and not self.enrolment.is_under_review
        applies = mode == RegistrationMode.APPLICATION and not decided
        topics = self.activity.kind_info.topics
        fields["topic"].choices = topics
        unasked = {
            "mode": not self.activity.is_hybrid,
            "motivation": not applies,
            "topic": not (applies and topics),
            "keep": mode not in REVIEWED,
        }
        for name in (name for name, gone in unasked.items() if gone):
            del fields[name]

    def _say_who_reads(self):
        officer = self.activity.officer.full_name
        said = {
            "motivation": gettext(
                "%(most)s signs at most. Read by %(officer)s, in charge of the activity, "
                "and nobody else: neither the facilitator nor the group, nor the rest of "
                "the agency."
            )
            % {"most": MOTIVATION, "officer": officer},
        }
        for name in NEEDS.values():
            said[name] = gettext(
                "Read by %(officer)s and by the disability officer, deleted thirty days "
                "after the last session."
            ) % {"officer": officer}
        for name in said.keys() & self.fields.keys():
            self.fields[name].help_text = said[name]

    # -- what was given -----------------------------------------------------------
    def _bind(self):
        self.initial = self._given()
        self.fields["seen"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=self._print()
        )

    def _given(self):
        enrolment = self.enrolment
        initial = {
            "affiliation": enrolment.affiliation_id,
            "mode": enrolment.mode,
            "keep": enrolment.keep_for_next,
        }
        if "motivation" in self.fields:
            written = Application.objects.filter(enrolment=enrolment)
            initial |= written.values("motivation", "topic").first() or {}
        if self.dates:
            shown = {one.pk for one in self.dates}
            initial["sessions"] = sorted(shown & self._own().keys())
        for need in enrolment.access_needs.all():
            initial[NEEDS[need.kind]] = need.text
        kept = dict(enrolment.answers.values_list("question", "value"))
        for one in self.questions:
            if one.pk in kept:
                initial[name_of(one)] = questions.to_show(one, kept[one.pk])
        return initial

    def _print(self):
        """The same as long as nothing of what was given changes."""
        values = json.dumps(self.initial, sort_keys=True, default=str)
        return sha256(values.encode()).hexdigest()[:16]

    # -- what is sent -------------------------------------------------------------
    def full_clean(self):
        """A question that is not asked needs no answer, whatever the browser showed."""
        unasked = [name for name, one in self._by_name() if not self._is_asked(one)]
        for name in unasked:
            self.fields[name].required = False
        super().full_clean()
        for name, one in self._by_name():
            self.fields[name].required = one.required

    def _by_name(self):
        return [(name_of(one), one) for one in self.questions]

    def _is_asked(self, question):
        if not self.is_bound:
            return True
        sent = {one.pk: self._sent(name) for name, one in self._by_name()}
        return questions.is_asked(question, sent)

    def _sent(self, name):
        value = self.fields[name].widget.value_from_datadict(self.data, {}, name)
        return value if isinstance(value, list) else [value or ""]

    def clean(self):
        cleaned = super().clean()
        if self.enrolment is not None and self._is_stale():
            self.add_error(
                None,
                _(
                    "You changed this in another window meanwhile. What you wrote here is "
                    "still below: send it again to put it in place of the other."
                ),
            )
            # What was typed stays; sent again, it takes the place of what is there.
            self.data = self.data.copy()
            self.data["seen"] = self._print()
        return cleaned

    def _is_stale(self):
        return self.cleaned_data.get("seen") != self._print() and self.has_changed()

    def has_changed(self):
        return any(name != "seen" for name in self.changed_data)

    def papers(self):
        """What the form gives beside the person and their affiliation, as ``Papers``."""
        said = self.cleaned_data
        chosen = set(said.get("sessions") or ())
        return Papers(
            motivation=said.get("motivation", ""),
            topic=said.get("topic", ""),
            answers={
                one: questions.to_keep(one, said.get(name))
                for name, one in self._by_name()
                if self._is_asked(one)
            },
            needs={kind: said.get(name, "") for kind, name in NEEDS.items()},
            sessions=tuple(one for one in self.dates if one.pk in chosen),
            keep=said.get("keep", False),
        )

    def how(self):
        """For whom, and how one takes part: what a service takes beside the papers."""
        said = self.cleaned_data
        return {"affiliation": said.get("affiliation"), "mode": said.get("mode")}

    # -- how it is shown ----------------------------------------------------------
    def _part(self, *names):
        return [self[name] for name in names if name in self.fields]

    def you(self):
        return self._part("affiliation", "mode", "every", "sessions")

    def wish(self):
        return self._part("motivation", "topic")

    def comfort(self):
        return self._part(*NEEDS.values())

    def later(self):
        return self._part("keep")

    def rows(self):
        """The questions in order: the field, and under which condition it is asked."""
        for name, one in self._by_name():
            before = one.depends_on
            yield {
                "field": self[name],
                "after": before and name_of(before),
                "value": before and questions.wanted_value(one),
            }


def said_of(session, own):
    """A session as a choice: its day, its hours, the seats that are left.

    ``own`` is the state of the person there, or None.
    """
    when = f"{dates.day_long(session.starts_at)}, "
    when += dates.hours(session.starts_at, session.ends_at)
    said = _seats_said(session) if own is None else ParticipationState(own).label
    return f"{when} \u2013 {said}" if said else when


def _seats_said(session):
    total = places.seats_of(session)
    if total is None:
        return ""
    if places.is_full(session):
        waits = session.activity.waiting_list
        return gettext("full: waiting list") if waits else gettext("full")
    free = total - session.taken
    said = ngettext("%(free)s seat left", "%(free)s seats left", free)
    return said % {"free": free}
