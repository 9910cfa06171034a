"""The agreement of a pair on the desk: who has signed, the agency's name, corrections."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.charter_forms import SignatureForm
from agency.core.access import require
from agency.core.admin.moves import ReasonForm, refusal
from agency.core.admin.widgets import DateInput
from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from mentoring import documents
from mentoring.choices import Party
from mentoring.forms.agreements import TermsForm
from mentoring.services import agreements
from mentoring.states import PairState
from mentoring.views.agreements import on_paper


class PaperForm(ReasonForm):
    """The pair begins by hand: on which day the three signed on paper."""

    paper_on = forms.DateField(
        label=gettext_lazy("The three signed on paper on"),
        widget=DateInput(),
        initial=today,
        help_text=gettext_lazy("The pair begins today, whatever this day is."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class AgreementMixin:
    """``<pk>/convention/`` and what hangs below: pages of the room of pairs."""

    def get_urls(self):
        pages = {
            "agreement": ("convention/", self.agreement_view),
            "terms": ("convention/texte/", self.terms_view),
            "agreement_file": ("convention/texte.pdf", self.agreement_file_view),
        }
        return [
            *(
                path(
                    f"<path:object_id>/{address}",
                    self.admin_site.admin_view(view),
                    name=f"mentoring_pair_{name}",
                )
                for name, (address, view) in pages.items()
            ),
            *super().get_urls(),
        ]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        agreement = agreements.in_force(obj)
        if agreement is None:
            return tools
        url = self.url("agreement", obj.pk)
        waits = self._waits(obj, agreement)
        if waits and Party.AGENCY in agreement.missing:
            label = _("Read and sign the agreement")
            return [{"label": label, "url": url, "primary": True}, *tools]
        return [{"label": _("The agreement"), "url": url}, *tools]

    def _waits(self, pair, agreement):
        return pair.state == PairState.AGREEMENT_PENDING and not agreement.signed_at

    def _found(self, request, object_id):
        """(the pair, its agreement in force), or 404."""
        pair = self.visible_object(request, object_id)
        agreement = agreements.in_force(pair)
        if agreement is None:
            raise Http404
        return pair, agreement

    # -- its page ---------------------------------------------------------------------
    def agreement_view(self, request, object_id):
        pair, agreement = self._found(request, object_id)
        require(request.user, "mentoring.view_pair", pair)
        form = None
        if self._waits(pair, agreement) and Party.AGENCY in agreement.missing:
            form = SignatureForm(request.POST or None, version=agreement)
        if request.method == "POST" and form and form.is_valid():
            require(request.user, "mentoring.sign_pair", pair)
            if self._signed(request, pair, form):
                return HttpResponseRedirect(self.url("change", pair.pk))
        if form and form.is_bound:
            form.show_again()
        page = {"form": form, "agreement": agreement}
        page["waits"] = self._waits(pair, agreement)
        page |= {"title": _("Agreement of the pair"), "back": "change"}
        return self._page(request, pair, "agreement", page)

    def _signed(self, request, pair, form):
        names = ("version", "sha256", "typed_name")
        given = {name: form.cleaned_data[name] for name in names}
        address = get_adapter().get_client_ip(request)
        try:
            agreements.sign(pair, address=address, by=request.user, **given)
        except MoveBlocked as refused:
            form.add_error(None, str(refused))
            return False
        self.message_user(request, _("You have signed for the agency."))
        return True

    # -- its words ----------------------------------------------------------------------
    def terms_view(self, request, object_id):
        pair, agreement = self._found(request, object_id)
        require(request.user, "mentoring.correct_pair", pair)
        if not self._waits(pair, agreement):
            return self.changed_meanwhile(request, pair)
        form = TermsForm(request.POST or None, instance=agreement)
        if request.method == "POST" and form.is_valid():
            try:
                agreements.correct(pair, form.terms, by=request.user)
            except MoveBlocked as refused:
                form.add_error(None, refusal(refused))
            else:
                self.message_user(request, _("Saved."))
                return HttpResponseRedirect(self.url("agreement", pair.pk))
        page = {"form": form, "agreement": agreement, "back": "agreement"}
        page["title"] = _("Word the agreement")
        return self._page(request, pair, "terms", page)

    def agreement_file_view(self, request, object_id):
        _pair, agreement = self._found(request, object_id)
        return on_paper(agreement)

    def _page(self, request, pair, name, page):
        form = page["form"]
        context = {
            **self.admin_site.each_context(request),
            **page,
            "errors": form.errors if form else {},
            "opts": self.opts,
            "room": self,
            "object": pair,
            "pair": pair,
            "document": documents.issued_for(page["agreement"]),
            "back": self.url(page["back"], pair.pk),
            "terms_url": self.url("terms", pair.pk),
            "file_url": self.url("agreement_file", pair.pk),
        }
        return TemplateResponse(request, f"admin/mentoring/pair_{name}.html", context)
