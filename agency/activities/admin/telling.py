"""What the desk asks and says before people are told that something does not take place."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.choices import Part
from agency.activities.services import announcing
from agency.activities.states import PENDING
from agency.core.admin.moves import ReasonForm


class ToldReasonForm(ReasonForm):
    """Two reasons: the one that people read, and the one that stays in the house."""

    told_reason = forms.CharField(
        label=gettext_lazy("Reason, as people read it"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "It stands in their message as you write it; empty, the message gives none."
        ),
    )
    field_order = ("told_reason", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason, for the house alone")


class HoldBackForm(ReasonForm):
    """Why nobody is told: needed, since it is all that is left to answer with."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _(
            "Write why nobody is told: the history keeps it."
        )


def whom(rows):
    """Who will be told, in sentences: ``rows`` as ``announcing.audience`` makes them."""
    counts = {part: sum(row.part == part for row in rows) for part in Part}
    said = {
        Part.EXPECTED: ngettext(
            "%(count)s person expected.",
            "%(count)s people expected.",
            counts[Part.EXPECTED],
        ),
        Part.WAITS: ngettext(
            "%(count)s person who waits for a seat.",
            "%(count)s people who wait for a seat.",
            counts[Part.WAITS],
        ),
        Part.LEADS: ngettext(
            "%(count)s person who leads it.",
            "%(count)s people who lead it.",
            counts[Part.LEADS],
        ),
    }
    lines = [said[part] % {"count": counts[part]} for part in Part if counts[part]]
    if paper := sum(not row.reader.email for row in rows):
        lines.append(
            ngettext(
                "Of them, %(count)s without an address: a notice waits to be printed.",
                "Of them, %(count)s without an address: notices wait to be printed.",
                paper,
            )
            % {"count": paper}
        )
    return lines or [_("Nobody is concerned: nobody is told.")]


def whom_of_activity(activity):
    """Who will be told that the activity is cancelled, in sentences."""
    waits = activity.enrolments.filter(state__in=PENDING)
    return whom(announcing.audience_of_all(activity, waits))
