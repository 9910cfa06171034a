"""The letters on paper of a batch: one PDF to print, then one press once posted."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from agency.activities.services import printing
from agency.core.access import require_known
from agency.core.admin.moves import refusal
from agency.core.lifecycle import MoveRefused

PERMISSION = "activities.view_convening"
# Beyond so many names the table below says the rest.
NAMED = 40


class PrintMixin:
    """``lettres/`` of a batch: read, the PDF; pressed, the note that they were posted."""

    def get_urls(self):
        letters = path(
            "<path:object_id>/lettres/",
            self.admin_site.admin_view(self.letters_view),
            name="activities_convening_letters",
        )
        return [letters, *super().get_urls()]

    def letters_view(self, request, object_id):
        convening = self.visible_object(request, object_id)
        require_known(request.user, PERMISSION, convening)
        if request.method == "POST":
            return self._post_letters(request, convening)
        try:
            pdf = printing.letters(convening)
        except OSError:
            said = _("A letter cannot be read from the disk now: try again later.")
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(self.url("change", convening.pk))
        return _handed_out(request, pdf)

    def _post_letters(self, request, convening):
        try:
            printing.mark_posted(convening, by=request.user)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
        else:
            self.message_user(request, _("It is noted."), messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", convening.pk))

    def paper(self, convening):
        """What the page says of those on paper."""
        rows = list(printing.to_print(convening)[: NAMED + 1])
        return {
            "paper": rows[:NAMED],
            "paper_more": len(rows) > NAMED,
            "letters_url": self.url("letters", convening.pk),
            "posted_by": printing.posted_by(convening) if rows else None,
        }


@cache_control(private=True, no_store=True)
def _handed_out(request, pdf):
    if pdf is None:
        raise Http404
    name = _("letters-to-print.pdf")
    response = HttpResponse(pdf, "application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=False, filename=name
    )
    return response
