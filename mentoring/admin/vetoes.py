"""Names written in private, led to the records of the directory by the officer alone."""

from django import forms
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.access import require
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.permissions import visible_rows
from agency.people.models import Organisation, Person
from mentoring.models import Veto
from mentoring.services import review

LINK = "mentoring.link_mentoringapplication"


class VetoForm(forms.Form):
    """Who is meant by one name: somebody, or an organisation."""

    person = LookupField(
        label=gettext_lazy("Person"), queryset=Person.objects.none(), required=False
    )
    organisation = LookupField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
    )

    def __init__(self, data, *, veto, user, site):
        known = {
            "person": veto.with_person_id,
            "organisation": veto.with_organisation_id,
        }
        super().__init__(data, prefix=f"nom{veto.pk}", initial=known)
        self.veto = veto
        self.fields["person"].queryset = visible_rows(Person, user).present()
        self.fields["organisation"].queryset = visible_rows(Organisation, user)
        for name, field in self.fields.items():
            field.widget = Lookup(Veto._meta.get_field(f"with_{name}"), site)
            field.widget.choices = field.choices


class LinkMixin:
    """``<pk>/noms-ecartes/``: a page of the room of applications."""

    def get_urls(self):
        link = path(
            "<path:object_id>/noms-ecartes/",
            self.admin_site.admin_view(self.link_view),
            name="mentoring_mentoringapplication_link",
        )
        return [link, *super().get_urls()]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if obj.vetoes.exists():
            label = _("Lead the names to the directory")
            tools = [*tools, {"label": label, "url": self.url("link", obj.pk)}]
        return tools

    def link_view(self, request, object_id):
        application = self.visible_object(request, object_id)
        require(request.user, LINK, application)
        data = request.POST if request.method == "POST" else None
        known = {"user": request.user, "site": self.admin_site}
        rows = application.vetoes.select_related("with_person", "with_organisation")
        cards = [VetoForm(data, veto=veto, **known) for veto in rows]
        valid = [form.is_valid() for form in cards]  # each, to tell all that is wrong
        if data is not None and all(valid):
            for form in cards:
                review.link(form.veto, **form.cleaned_data)
            self.message_user(request, _("Saved."))
            return HttpResponseRedirect(self.url("change", application.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Names to lead to the directory"),
            "cards": cards,
            "opts": self.opts,
            "room": self,
            "object": application,
            "back": self.url("change", application.pk),
        }
        return TemplateResponse(request, "admin/mentoring/veto_link.html", context)
