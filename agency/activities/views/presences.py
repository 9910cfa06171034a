"""What the workspace of facilitators and the desk both do with an attendance sheet."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities import sheets
from agency.activities.choices import AttendanceStatus, AttendanceWay
from agency.activities.models import Participation
from agency.activities.services import attendance, scans, sessions
from agency.activities.services.halfdays import half_days
from agency.activities.services.roll import addable, key_of, roll
from agency.activities.states import SheetState
from agency.core import dates
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.views import filename, hand_out

STANDING = Participation.objects.select_related("person")


def context(session, refused=None):
    """All that the page of a roll shows; ``refused``: what came back, see ``act``.

    Writes nothing: a sheet that is not there yet is one where nothing is noted.
    """
    sheet = getattr(session, "attendance_sheet", None)
    locked = sheet is not None and sheet.state == SheetState.LOCKED
    rows = roll(session)
    closed = attendance.closed(session, sheet)
    return {
        "session": session,
        "activity": session.activity,
        "sheet": sheet,
        "locked": locked,
        "closed": "" if locked else closed,
        "open": not closed,
        "rows": rows,
        "excused": [row for row in rows if row.excused],
        "parts": half_days(session),
        "statuses": AttendanceStatus.choices,
        "missing": sum(1 for row in rows if not row.is_known),
        "early": sessions.too_early(session),
        "hindrance": attendance.hindrance(session, rows),
        "addable": [] if closed else addable(session),
        "megabytes": scans.MEGABYTES,
        "refused": refused or {},
    }


def act(request, session):
    """Do what the pressed button says: {} once it is done, else what to mend.

    A refusal is ``{"do": its button, "sentence": why, "typed": what was typed}``.
    """
    name = request.POST.get("do", "")
    if name not in ACTIONS:
        raise BadRequest
    try:
        ACTIONS[name](request, session)
    except (MoveRefused, scans.ScanRefused) as refused:
        told = not isinstance(refused, MoveRefused) or isinstance(refused, MoveBlocked)
        meanwhile = _("This has changed in the meantime: look at the page again.")
        sentence = str(refused) if told else meanwhile
        typed = request.POST.get("name") or request.POST.get("reason") or ""
        return {"do": name, "sentence": sentence, "typed": typed[:300]}
    return {}


def _note(request, session):
    marks = list(_marks(session, request.POST))
    way = AttendanceWay.PAPER if "paper" in request.POST else AttendanceWay.NOTED
    refused = attendance.mark_all(session, marks, by=request.user, way=way)
    for sentence in refused:
        messages.error(request, sentence)
    noted = len(marks) - len(refused)
    if not marks:
        messages.info(request, _("Nothing has changed."))
    elif noted:
        said = ngettext(
            "%(count)s half-day noted.", "%(count)s half-days noted.", noted
        )
        messages.success(request, said % {"count": noted})


def _marks(session, data):
    """The cells that were changed on this page: what others wrote since stays."""
    for participation in STANDING.filter(session=session).order_by("pk"):
        participation.session = session
        for part in half_days(session):
            key = key_of(participation, part)
            status, before = data.get(key, ""), data.get(f"{key}-was", "")
            if status and status != before:
                if status not in AttendanceStatus.values:
                    raise BadRequest
                yield participation, part, status, f"{key}-over" in data


def _fill(request, session):
    count = attendance.fill(session, by=request.user)
    said = ngettext("%(count)s half-day noted.", "%(count)s half-days noted.", count)
    messages.success(request, said % {"count": count})


def _add(request, session):
    chosen = request.POST.get("enrolment", "")
    found = (one for one in addable(session) if str(one.pk) == chosen)
    enrolment = next(found, None)
    if enrolment is None:
        raise MoveBlocked(_("Choose somebody in the list."))
    attendance.add(session, enrolment.person, by=request.user)
    said = _("%(person)s is on the sheet.") % {"person": enrolment.person}
    messages.success(request, said)


def _scan(request, session):
    upload = request.FILES.get("scan")
    if upload is None:
        raise scans.ScanRefused(_("Choose the file of the scanned sheet."))
    scans.keep(session, scans.pdf_of(upload), by=request.user)
    messages.success(
        request, _("The scanned sheet is kept. Now note what is read on it.")
    )


def _lock(request, session):
    attendance.lock(session, typed_name=request.POST.get("name", ""), by=request.user)
    messages.success(request, _("The sheet is countersigned and locked."))


ACTIONS = {
    "note": _note,
    "fill": _fill,
    "add": _add,
    "scan": _scan,
    "lock": _lock,
}


def scan_of(session):
    """The file of the scanned sheet, for whoever was let in; 404 when there is none."""
    sheet = getattr(session, "attendance_sheet", None)
    if sheet is None or not sheet.scan:
        raise Http404
    return hand_out(sheet.scan, _("attendance-sheet.pdf"))


def blank_of(session):
    """The sheet to sign by hand, for whoever was let in."""
    response = HttpResponse(sheets.blank(session), "application/pdf")
    name = _("attendance-sheet-%(day)s.pdf") % {
        "day": dates.as_day(session.starts_at).isoformat()
    }
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def filled_of(session):
    """The sheet as it was locked, for whoever was let in; 404 until it is made."""
    sheet = getattr(session, "attendance_sheet", None)
    if sheet is None or sheet.document is None:
        raise Http404
    return hand_out(sheet.document.file, filename(sheet.document))


def one_of(session, pk):
    """Somebody of the roll of ``session``, or 404."""
    found = get_object_or_404(STANDING, session=session, pk=pk)
    found.session = session
    return found
