"""The certificate on paper: what it says, and what whoever checks it may read."""

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.activities.documents import signatory
from agency.core import dates
from agency.documents import kinds, services

KIND = "certificate"
TEMPLATE = "activities/documents/certificate"
# Of one date, or of a cycle: the two papers that the field knows.
PARTICIPATION, ASSIDUITY = "participation", "assiduity"


def declare():
    kinds.register(kinds.DocumentKind(KIND, "ATT", _("Certificate")))


def printed(record):
    """What the certificate of ``record`` says of the person, as plain values.

    Kept with the document: two that say the same are the same certificate.
    """
    sessions = record.assiduity.sessions
    return {
        "form": PARTICIPATION if record.is_single else ASSIDUITY,
        "name": record.person.full_name,
        "followed": record.assiduity.minutes,
        "planned": record.assiduity.planned_minutes,
        "sessions": [
            [
                dates.as_day(one.session.starts_at).isoformat(),
                one.minutes,
                one.planned_minutes,
            ]
            for one in sessions
        ],
    }


def certificate(record, *, said, supersedes):
    """Issue the certificate of ``record``; ``said``: what ``printed`` says of it."""
    return services.issue(
        KIND,
        title=title(record),
        about=record.about,
        recipient=record.person,
        template=TEMPLATE,
        context=context(record, said),
        supersedes=supersedes,
        printed=said,
    )


def title(record):
    said = {"activity": record.activity.title}
    if record.is_single:
        return gettext("Certificate of participation, %(activity)s") % said
    return gettext("Certificate of attendance, %(activity)s") % said


def context(record, said):
    """All that a certificate says (reference 0.6): neither content nor assessment."""
    activity = record.activity
    return {
        "agency": settings.AGENCY,
        "activity": activity,
        # Without an address of their own it is posted: their letter needs a window.
        "person": None if record.person.email else record.person,
        "addressee": record.affiliation,
        "single": record.is_single,
        "assiduity": record.assiduity,
        "sessions": record.assiduity.sessions,
        # Whoever came in late, or chose some of the dates, is told so on the paper.
        "session_count": record.session_count,
        "printed": said,
        "signatory": signatory(activity),
        "site": settings.SITE_URL.split("://", 1)[-1],
    }
