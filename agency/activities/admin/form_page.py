"""The form of an activity on a page of its own: who it is for, and what it asks.

The page of the activity says when and where; nobody looks for a question among dates.
"""

from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from agency.activities.admin.inlines import QuestionInline, RuleInline


class FormPageMixin:
    """``<id>/formulaire/``: the rows of rules and questions, on the version of the activity."""

    def get_urls(self):
        meta = self.opts
        form = path(
            "<path:object_id>/formulaire/",
            self.admin_site.admin_view(self.form_view),
            name=f"{meta.app_label}_{meta.model_name}_form",
        )
        return [form, *super().get_urls()] if self.kind else super().get_urls()

    def form_view(self, request, object_id):
        request._form_page = True
        return self.change_view(request, object_id)

    def _is_form(self, request):
        return request.__dict__.get("_form_page", False)

    def get_fieldsets(self, request, obj=None):
        return () if self._is_form(request) else super().get_fieldsets(request, obj)

    def get_prepopulated_fields(self, request, obj=None):
        if self._is_form(request):
            return {}
        return super().get_prepopulated_fields(request, obj)

    def get_inlines(self, request, obj):
        if self._is_form(request):
            return (RuleInline, QuestionInline)
        return super().get_inlines(request, obj)

    def response_post_save_change(self, request, obj):
        if self._is_form(request):
            return HttpResponseRedirect(self.url("change", obj.pk))
        return super().response_post_save_change(request, obj)

    def form_tool(self, request, obj):
        """The link that leads there, with how much is asked."""
        if self._is_form(request):
            return {"label": _("The activity"), "url": self.url("change", obj.pk)}
        url = reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_form", args=[obj.pk]
        )
        return {"label": _("Form and conditions"), "url": url}
