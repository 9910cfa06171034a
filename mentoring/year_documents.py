"""The PDFs of a year of mentoring: certificates and report, one function each."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.certificates import KIND as CERTIFICATE
from agency.activities.documents import signatory
from agency.documents import charts, kinds, services
from mentoring.choices import Side

CERTIFICATE_TEMPLATE = "mentoring/documents/mentoring_certificate"
REPORT_TEMPLATE = "mentoring/documents/mentoring_report"
REPORT = "mentoring_report"


def declare():
    """The kinds of document of mentoring; called once, at start."""
    label = gettext_lazy("Report of a mentoring edition")
    kinds.register(kinds.DocumentKind(REPORT, "BILM", label))


# --- The certificate of a mentor, or of a mentee ------------------------------------
def printed(record):
    """What the certificate of ``record`` says of the person, as plain values.

    Neither with whom, nor on what: dates and hours.
    """
    return {
        "form": str(record.side),
        "name": record.person.full_name,
        "followed": record.minutes,
        "planned": None,
        "meetings": len(record.days),
        "meeting_minutes": record.meeting_minutes,
        "days": [one.isoformat() for one in record.days],
        "pairs": record.finished,
        "collective_minutes": record.assiduity.minutes,
        "sessions": [
            one.session.pk for one in record.assiduity.sessions if one.minutes
        ],
    }


def mentoring_certificate(record, *, said, supersedes):
    """Issue the certificate of ``record``; ``said``: what ``printed`` says of it."""
    sides = {
        Side.MENTOR: _("Certificate of a mentor"),
        Side.MENTEE: _("Certificate of a mentee"),
    }
    title = _("%(certificate)s, %(edition)s") % {
        "certificate": sides[record.side],
        "edition": record.activity.title,
    }
    return services.issue(
        CERTIFICATE,
        title=title,
        about=record.about,
        recipient=record.person,
        template=CERTIFICATE_TEMPLATE,
        context={
            "agency": settings.AGENCY,
            "edition": record.activity,
            "person": None if record.person.email else record.person,
            "addressee": record.affiliation,
            "is_mentor": record.side == Side.MENTOR,
            "days": record.days,
            "sessions": [one for one in record.assiduity.sessions if one.minutes],
            "printed": said,
            "signatory": signatory(record.activity),
            "site": settings.SITE_URL.split("://", 1)[-1],
        },
        supersedes=supersedes,
        printed=said,
    )


# --- The report of an edition ---------------------------------------------------------
def mentoring_report(edition, sums, reviews, *, by, supersedes):
    """Issue the report of ``edition``.

    ``sums``, ``reviews``: of mentoring.sums, without small counts.
    """
    return services.issue(
        REPORT,
        title=_("Report of the edition, %(edition)s") % {"edition": edition.title},
        about=edition,
        recipient=None,
        template=REPORT_TEMPLATE,
        context={
            "agency": settings.AGENCY,
            "edition": edition,
            "sums": sums,
            "reviews": reviews,
            "details": sums.figures.details,
            "day": sums.figures.day,
            "professions": list(edition.professions.all()),
            "outcome_parts": outcome_parts(sums),
            "person": None,
            "addressee": None,
            "signatory": signatory(edition),
        },
        by=by,
        supersedes=supersedes,
    )


# Told apart in black and white: from full to empty, each with its word and its number.
OUTCOME_FILLS = {
    "completed": "#15141f",
    "active": "#a8101f",
    "preparing": "#8f8798",
    "ended_early": "#ffffff",
}
TOGETHER = "#cabfa9"


def outcome_parts(sums):
    """The bar of what became of the pairs; what is told together is one segment."""
    cells = {one.key: one for one in sums.outcomes.cells}
    rows = [
        (cells[key].label, cells[key].count, fill)
        for key, fill in OUTCOME_FILLS.items()
        if cells[key].count
    ]
    if sums.outcomes.rest:
        rows.append((_("Told together"), sums.outcomes.rest, TOGETHER))
    return charts.segments(rows)
