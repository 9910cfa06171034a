"""What members write: their interests, their reviews, their questions."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.activities.forms.questions import LongText
from agency.core.widgets import QuickSelect
from grants.choices import Nature, ReviewOpinion
from grants.forms.amounts import AmountField

NOTHING = ("", pgettext_lazy("interest", "Nothing ties me to it"))


class InterestsForm(forms.Form):
    """One line a file, and a statement at the end: without it nothing opens."""

    sworn = forms.BooleanField(
        label=gettext_lazy(
            "I have read the whole list, and I declare every tie that I know of."
        ),
        error_messages={
            "required": gettext_lazy(
                "Tick that you have read the whole list: the files open then."
            )
        },
    )

    def __init__(self, *args, files, **kwargs):
        super().__init__(*args, **kwargs)
        self.files = list(files)
        for one in self.files:
            self.fields[self._name(one)] = forms.ChoiceField(
                choices=[NOTHING, *Nature.choices],
                required=False,
                label=_("Your tie to %(file)s") % {"file": named(one)},
                widget=QuickSelect(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def _name(application):
        return f"file-{application.pk}"

    @property
    def lines(self):
        return [(one, self[self._name(one)]) for one in self.files]

    @property
    def answers(self):
        return {one.pk: self.cleaned_data[self._name(one)] or "" for one in self.files}


def named(application):
    """The show and the team of a file, for who may not read it yet."""
    show = application.show.title if application.show else application.title
    return f"{show}, {application.organisation.name}"


class ReviewForm(forms.Form):
    """The score card: a scale for each criterion, an opinion, an amount, what to say."""

    use_required_attribute = False
    opinion = forms.ChoiceField(
        label=gettext_lazy("Opinion"),
        choices=ReviewOpinion,
        required=False,
        widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
    )
    suggested = AmountField(
        label=gettext_lazy("Amount you suggest (\u20ac)"), required=False
    )
    comment = LongText(
        label=gettext_lazy("What you will say in the sitting"),
        required=False,
        most=4000,
        rows=4,
        help_text=gettext_lazy(
            "The other members read it after their own opinion. The applicants may ask "
            "for it: write what you would say to them."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            levels = [(level.score, level.score) for level in one.levels.all()]
            self.fields[self._name(one)] = forms.TypedChoiceField(
                label=one.label,
                choices=levels,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def _name(criterion):
        return f"c{criterion.pk}"

    @property
    def scales(self):
        """(criterion, its field, [(level, its radio)]) of each, in order."""
        for one in self.criteria:
            field = self[self._name(one)]
            yield one, field, list(zip(one.levels.all(), field, strict=True))

    @property
    def scores(self):
        return {one.pk: self.cleaned_data[self._name(one)] for one in self.criteria}

    @property
    def words(self):
        names = ("opinion", "suggested", "comment")
        return {name: self.cleaned_data[name] for name in names}


class QuestionForm(forms.Form):
    body = LongText(
        label=gettext_lazy("Your question to the rapporteur"),
        most=1000,
        rows=3,
        help_text=gettext_lazy(
            "All members who read this file see it, and the answer."
        ),
        error_messages={"required": gettext_lazy("Write your question first.")},
    )


class OpeningForm(forms.Form):
    """A file that was shut opens with a reason alone."""

    reason = forms.CharField(
        label=gettext_lazy("Why the file may be read"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Kept in the history, where whoever checks the commission reads it."
        ),
        error_messages={"required": gettext_lazy("Say why the file may be read.")},
    )


class DecisionForm(forms.Form):
    """What the chair decides of a recusal, and why."""

    move = forms.ChoiceField(
        choices=[(one, one) for one in ("confirm", "reject", "lift", "impose")]
    )
    reason = forms.CharField(
        label=gettext_lazy("Why (needed to open a file)"),
        required=False,
        max_length=300,
    )
