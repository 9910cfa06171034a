"""A form of the desk writes what was typed in it, on the version it was read at."""

from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agency.core.models import Stale, Versioned
from agency.core.versions import VersionedForm, save_columns

# What Django says of a form in its own words; our catalogue says the cure.
WORDED_OTHERWISE = (
    gettext_noop("%(model_name)s with this %(field_label)s already exists."),
    gettext_noop("%(model_name)s with this %(field_labels)s already exists."),
    gettext_noop("Please correct the duplicate values below."),
    gettext_noop("Enter a valid URL."),
)


class Unfit(Exception):
    """A service refused what was typed: the name of the field, and a sentence."""


class OnceFormSet(BaseInlineFormSet):
    """Rows of which no two are alike; Django would name the columns in English."""

    def get_unique_error_message(self, unique_check):
        return _("Two rows say the same: change one or take it away.")


class EditsMixin:
    form = VersionedForm

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        form.told = request.__dict__.get("_unfit")
        return form

    def changeform_view(self, request, *args, **kwargs):
        """Try once more when nothing could be written: the form then says why."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Stale:
            pass  # between our reading and our writing: the next reading sees it
        except Unfit as refused:
            request._unfit = refused.args
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        form = context["adminform"].form
        context["version"] = form["version"] if "version" in form.fields else ""
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        """Only what was changed: a move made meanwhile is never undone."""
        if not change:
            super().save_model(request, obj, form, change)
        elif form.has_changed():
            self.take_turn(obj, form)
            self.write(request, obj, form)

    def save_related(self, request, form, formsets, change):
        """The rows of a page are covered by the version of its object."""
        rows = any(formset.has_changed() for formset in formsets)
        if change and rows and not form.has_changed():
            self.take_turn(form.instance, form)
        super().save_related(request, form, formsets, change)

    def take_turn(self, obj, form):
        if isinstance(obj, Versioned):
            obj.take_version(**self.only_if(obj, form))

    def only_if(self, obj, form):
        """Lookups that the row must still answer to when the form is written."""
        return {}

    def write(self, request, obj, form):
        if form.columns:
            save_columns(obj, form.columns)
