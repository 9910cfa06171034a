"""What one may take away from a pair: on one page, and in one file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.core.sealed import WrongKey
from mentoring.models import PrivateNote
from mentoring.sealed_box import box
from mentoring.services import reviews
from mentoring.states import MeetingState
from mentoring.views.rooms import joined

# Windows takes a text without it for another encoding.
BOM = "\ufeff"


@joined
def pair_words(request, pair):
    """Everything that one may read, on one page to print or to keep."""
    context = _words(pair) | {"box": box()}
    return render(request, "mentoring/pair_words.html", context)


@joined
def pair_words_file(request, pair):
    """The same in a file that opens anywhere; none at all, rather than one with holes."""
    context = _words(pair) | {"now": now()}
    try:
        text = render_to_string("mentoring/our_notes.fr.txt", context, request)
    except WrongKey:
        sentence = _("No key opens all of your notes now: the file would lack some.")
        messages.error(request, sentence)
        return redirect("mentoring:pair-words", pair.uuid)
    name = f"nos-notes-{now():%Y-%m-%d}.txt"
    said = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = "text/plain; charset=utf-8"
    return HttpResponse(BOM + text, content_type=kind, headers=said)


def _words(pair):
    """The goals, and each meeting with one's own note; the other's is not asked for."""
    own = PrivateNote.objects.filter(meeting__pair=pair, side=pair.me)
    own = {note.meeting_id: note for note in own.select_related("meeting__pair")}
    meetings = list(pair.meetings.exclude(state=MeetingState.CANCELLED))
    rows = [(one, own.get(one.pk)) for one in meetings]
    return {
        "pair": pair,
        "rows": [(one, note) for one, note in rows if one.shared_note or note],
        # Once erased they have no words: what is left of them is a count.
        "goals": [] if pair.words_erased_at else pair.goals.all(),
        "reviews": reviews.to_take_away(pair, pair.me),
    }
