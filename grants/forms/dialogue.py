"""What one writes of a file: a message, an internal note, what is missing in it."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin.widgets import DateInput
from agency.core.clock import today
from grants import sections

LONG = 6000
USUAL = timedelta(days=14)
# So many lines stand open; the others unfold.
LINES, SHOWN = 12, 4


class MessageForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write your message, then send it.")},
    )


class NoteForm(forms.Form):
    prefix = "note"
    body = forms.CharField(
        label=gettext_lazy("Note of the team"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The applicants never read it here. Write facts: they may ask for what is "
            "kept about them."
        ),
        error_messages={"required": gettext_lazy("Write the note, then keep it.")},
    )


class ItemForm(forms.Form):
    """A line of what is missing: left empty, it asks for nothing."""

    use_required_attribute = False
    target = forms.ChoiceField(
        label=gettext_lazy("About"),
        error_messages={"required": gettext_lazy("Choose what this line is about.")},
    )
    message = forms.CharField(
        label=gettext_lazy("What is missing"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write what is missing.")},
    )

    def __init__(self, data, *, named, prefix):
        super().__init__(data, prefix=prefix, empty_permitted=True)
        self.fields["target"].choices = [("", "\u2013"), *_grouped(named)]

    @property
    def asked(self):
        data = self.cleaned_data
        return (data["target"], data["message"]) if data else None


def _grouped(named):
    parts = [(k, v) for k, v in named.items() if k.startswith(sections.SECTION)]
    papers = [(k, v) for k, v in named.items() if k.startswith(sections.DOCUMENT)]
    yield _("Parts of the application"), parts
    if papers:
        yield _("Documents asked"), papers


class AskForm(forms.Form):
    """What is missing, line by line, and until when they may answer."""

    due_on = forms.DateField(
        label=gettext_lazy("To answer until"),
        widget=DateInput,
        help_text=gettext_lazy(
            "This day included. They are reminded three days before, and on the day."
        ),
    )
    message = forms.CharField(
        label=gettext_lazy("A few words around it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It stands in their message as you write it."),
    )

    def __init__(self, data=None, *, application):
        super().__init__(data, initial={"due_on": today() + USUAL})
        named = sections.targets(application)
        self.lines = [
            ItemForm(data, named=named, prefix=f"item{number}")
            for number in range(LINES)
        ]

    @property
    def first_lines(self):
        return self.lines[:SHOWN]

    @property
    def more_lines(self):
        return self.lines[SHOWN:]

    @property
    def is_unfolded(self):
        return self.is_bound and any(line.has_changed() for line in self.more_lines)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day <= today():
            raise forms.ValidationError(
                _("Leave them at least until tomorrow to answer.")
            )
        return day

    def is_valid(self):
        lines = [line.is_valid() for line in self.lines]
        if not super().is_valid():
            return False
        for number, line in enumerate(self.lines, start=1):
            for found in line.errors.values():
                said = {"number": number, "error": found[0]}
                self.add_error(None, _("Point %(number)s: %(error)s") % said)
        if all(lines) and not self.items:
            self.add_error(None, _("Say at least one thing that is missing."))
        return all(lines) and not self.errors

    @property
    def items(self):
        return [line.asked for line in self.lines if line.asked]
