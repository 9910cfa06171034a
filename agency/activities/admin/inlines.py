"""What an activity asks of candidates, as rows of a page: rules, then questions.

Each row shows only the fields that its subject, or its kind of answer, needs: the style
sheet of the desk hides the others as one chooses, and nothing is asked of them here.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.choices import QuestionKind, Readers, RuleSubject
from agency.activities.forms.questions import SAID_NO
from agency.activities.models import EligibilityRule, Question
from agency.activities.models.questions import CHOICES
from agency.core.admin import RoomInline
from agency.core.admin.edits import OnceFormSet
from agency.core.admin.rooms import RowForm
from agency.core.text import fold
from agency.people.choices import OrganisationKind

SAID_YES = ("yes", "oui")
# What each subject needs to say, and how to say it.
NEEDED = {
    RuleSubject.PROFESSION: (
        "professions",
        gettext_lazy("Tick the professions that the activity is for."),
    ),
    RuleSubject.YEARS: (
        "years",
        gettext_lazy("Write how many years are asked for, for example 2."),
    ),
    RuleSubject.ORGANISATION_KIND: (
        "organisation_kinds",
        gettext_lazy("Tick the kinds of organisation that the activity is for."),
    ),
    RuleSubject.ORGANISATION_LABEL: (
        "labels",
        gettext_lazy("Tick the labels that the activity is for."),
    ),
    RuleSubject.TERRITORY: (
        "territories",
        gettext_lazy("Tick the territories that the activity is for."),
    ),
    RuleSubject.NOT_ALREADY_IN: (
        "other",
        gettext_lazy("Choose the activity in which one may not be at the same time."),
    ),
}


class ListedMixin:
    """Choices by boxes are read once for the whole page, however many rows there are."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        read = request.__dict__.setdefault("_room_boxes", {})
        target = db_field.remote_field.model
        if target not in read:
            read[target] = [*iter(field.choices)]
        field.choices = read[target]
        return field


class RuleForm(RowForm):
    organisation_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of organisation"),
        choices=OrganisationKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        name, cure = NEEDED.get(cleaned.get("subject"), ("", ""))
        if name and name not in self.errors and not cleaned.get(name):
            self.add_error(name, cure)
        other = cleaned.get("other")
        if other and other.pk == self.instance.activity_id:
            self.add_error("other", _("Choose another activity than this one."))
        return cleaned


class RuleInline(ListedMixin, RoomInline):
    model = EligibilityRule
    fk_name = "activity"
    form = RuleForm
    extra = 0
    fields = (
        "subject",
        "force",
        "professions",
        "years",
        "organisation_kinds",
        "labels",
        "territories",
        "other",
        "message",
    )
    autocomplete_fields = ("other",)
    allow_delete = True
    description = gettext_lazy(
        "Who the activity is for. Each candidate reads, before the form, which rule they "
        "fulfil. What is required keeps the form closed; you may register somebody "
        "against it, with a reason."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.prefetch_related("professions", "labels", "territories")


# From the fewest to the most.
READERS = list(Readers)


class QuestionForm(RowForm):
    def clean_kind(self):
        """What was answered reads as what was asked."""
        kind, row = self.cleaned_data["kind"], self.instance
        if row.pk and "kind" in self.changed_data and row.answers.exists():
            raise ValidationError(
                _("People have answered already: add another question instead.")
            )
        return kind

    def clean_readers(self):
        """Nobody reads more than whom the form had named."""
        readers, row = self.cleaned_data["readers"], self.instance
        known = self.initial.get("readers", readers)
        wider = READERS.index(readers) > READERS.index(known)
        if row.pk and wider and row.answers.exists():
            raise ValidationError(
                _(
                    "People have answered already, for fewer readers: add another "
                    "question instead."
                )
            )
        return readers

    def clean(self):
        cleaned = super().clean()
        before = cleaned.get("depends_on")
        if before is None:
            return cleaned
        if before.pk == self.instance.pk or before.order >= (cleaned.get("order") or 0):
            self.add_error("depends_on", _("Choose a question that comes before it."))
        elif why := unanswerable(before, cleaned.get("depends_value", "")):
            self.add_error("depends_value", why)
        return cleaned


def unanswerable(question, value):
    """Why nobody can answer ``value`` to ``question``, in a sentence, or ``""``."""
    said = fold(value).strip()
    if question.kind == QuestionKind.BOOL:
        return "" if said in SAID_YES + SAID_NO else _("Write yes, or no.")
    if question.kind in CHOICES and said not in map(fold, question.choices):
        options = ", ".join(question.choices)
        return _("Write one of its choices: %(options)s.") % {"options": options}
    return ""


class QuestionFormSet(OnceFormSet):
    """A new question comes after the others."""

    def get_form_kwargs(self, index):
        kwargs = super().get_form_kwargs(index)
        if index is None or index >= self.initial_form_count():
            following = (self.initial_form_count() if index is None else index) + 1
            kwargs["initial"] = {"order": following}
        return kwargs


class QuestionInline(RoomInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0
    fields = (
        "order",
        "label",
        "kind",
        "options",
        "required",
        "readers",
        "depends_on",
        "depends_value",
        "help_text",
    )
    allow_delete = True
    description = gettext_lazy(
        "Asked in this order with the registration; the form says beside each who reads "
        "the answer. Ask for no health matter: the form has its own fields for it."
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "options":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_field_queryset(self, db, db_field, request):
        """A question follows another one of the same form."""
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "depends_on":
            return rows
        activity = request.resolver_match.kwargs.get("object_id", "")
        if not str(activity).isdecimal():
            return rows.none()
        return rows.filter(activity=activity)
