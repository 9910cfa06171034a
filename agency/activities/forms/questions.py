"""The questions of an activity as fields of its form.

A question that depends on another is shown under its condition, in words, and hidden by
static/js/questions.js while the condition does not hold; here an answer to it is neither
needed nor kept then, whatever the browser sent.
"""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.choices import QuestionKind, Readers
from agency.core.templatetags.plateau import typo
from agency.core.text import fold
from agency.people.forms.profile import DayInput

YES, NO = "yes", "no"
YES_OR_NO = ((YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")))
# What an officer may have written for a condition, in the languages of the house.
SAID_NO = ("no", "non")
# Beyond, a list that opens is read faster than buttons.
RADIOS = 7
LINE, LINES = 300, 2000
READ_BY = {
    Readers.OFFICER: gettext_lazy("Read by %(officer)s and nobody else."),
    Readers.FACILITATOR: gettext_lazy(
        "Read by %(officer)s and by whoever leads the sessions."
    ),
    Readers.GROUP: gettext_lazy(
        "Read by %(officer)s, by whoever leads the sessions and by the group."
    ),
}


def name_of(question):
    """The name of its field."""
    return f"question_{question.pk}"


def read_by(readers, officer):
    """Who reads an answer, in a sentence that stands beside its field."""
    return READ_BY[Readers(readers)] % {"officer": officer.full_name}


# --- A field for each kind ---------------------------------------------------
class LongText(forms.CharField):
    """Several lines; what is too long is told in signs, and nothing is cut.

    No ``maxlength``: a browser cuts without a word what is pasted.
    """

    def __init__(self, *, most, rows, **kwargs):
        self.most = most
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        # A browser sends two signs for the end of a line.
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial, data):
        return super().has_changed(initial, self.to_python(data))

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most:
            said = {"signs": len(value), "beyond": len(value) - self.most}
            raise ValidationError(
                _("There are %(signs)s signs, %(beyond)s too many."), params=said
            )


def _text(question):
    return forms.CharField(max_length=LINE)


def _long(question):
    return LongText(most=LINES, rows=4)


def _choice(question):
    options = [(one, typo(one)) for one in question.choices]
    if len(options) <= RADIOS:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", "\u2013"), *options])


def _multi(question):
    options = [(one, typo(one)) for one in question.choices]
    return forms.MultipleChoiceField(
        choices=options, widget=forms.CheckboxSelectMultiple
    )


def _bool(question):
    return forms.ChoiceField(choices=YES_OR_NO, widget=forms.RadioSelect)


def _date(question):
    return forms.DateField(widget=DayInput())


def _number(question):
    # Localised: "2,5" is a number, and what a telephone offers to type it.
    field = forms.DecimalField(localize=True, max_digits=12, decimal_places=2)
    field.widget.attrs = {"inputmode": "decimal", "data-short": ""}
    return field


FIELDS = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG: _long,
    QuestionKind.CHOICE: _choice,
    QuestionKind.MULTI: _multi,
    QuestionKind.BOOL: _bool,
    QuestionKind.DATE: _date,
    QuestionKind.NUMBER: _number,
}


def field_for(question, officer):
    """The field of ``question``; its hint says who reads the answer."""
    field = FIELDS[question.kind](question)
    field.required = question.required
    field.widget.is_required = question.required
    field.label = _label(question)
    hints = (typo(question.help_text), read_by(question.readers, officer))
    field.help_text = " ".join(hint for hint in hints if hint)
    return field


def _label(question):
    label, before = typo(question.label), question.depends_on
    if before is None:
        return label
    if before.kind == QuestionKind.BOOL:
        said = (
            _("If not: %(question)s")
            if wants_no(question)
            else _("If so: %(question)s")
        )
        return said % {"question": label}
    if not question.depends_value:
        return label
    said = _("If \u201c%(answer)s\u201d: %(question)s")
    return said % {"answer": typo(question.depends_value), "question": label}


# --- Asked or not ------------------------------------------------------------
def wants_no(question):
    return fold(question.depends_value).strip() in SAID_NO


def wanted_value(question):
    """The value that the field before must have; ``""`` for any."""
    if question.depends_on.kind == QuestionKind.BOOL:
        return NO if wants_no(question) else YES
    wanted = fold(question.depends_value).strip()
    same = (one for one in question.depends_on.choices if fold(one).strip() == wanted)
    return next(same, question.depends_value.strip())


def is_asked(question, values):
    """Whether ``question`` is asked of somebody who answered ``values``.

    ``values`` {key of a question: the strings sent for it}. A question that follows one
    that is not asked is not asked either.
    """
    seen = set()
    while question.depends_on_id is not None and question.pk not in seen:
        seen.add(question.pk)
        given = [one for one in values.get(question.depends_on_id, ()) if one]
        wanted = wanted_value(question)
        if not given or (wanted and wanted not in given):
            return False
        question = question.depends_on
    return True


# --- To and from the database ------------------------------------------------
def to_keep(question, value):
    """A cleaned value as JSON."""
    if value in (None, "", []):
        return None
    if question.kind == QuestionKind.BOOL:
        return value == YES
    if question.kind == QuestionKind.DATE:
        return value.isoformat()
    if question.kind == QuestionKind.NUMBER:
        return int(value) if value == int(value) else float(value)
    return value


def to_show(question, value):
    """What was kept as the initial value of its field."""
    if question.kind == QuestionKind.BOOL:
        return YES if value else NO
    if question.kind == QuestionKind.DATE:
        return date.fromisoformat(value)
    if question.kind == QuestionKind.NUMBER:
        return Decimal(str(value))
    return value
