"""The PDFs of the kernel: one function, one template of the same name."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.core import dates
from agency.core.clock import now
from agency.core.text import telephone
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument

CONVOCATION = "convocation"
TEMPLATE = "activities/documents/session_convocation"


def declare():
    """The kinds of document that the kernel issues; called once, at start."""
    kinds.register(kinds.DocumentKind(CONVOCATION, "CONV", _("Convocation")))


def load(convocations):
    """The rows with all that their letters say, in a constant number of queries."""
    return convocations.select_related(
        "convening__by",
        "participation__person",
        "participation__session__venue",
        "participation__session__activity__officer",
        "participation__enrolment__affiliation__organisation",
    ).prefetch_related(
        "participation__session__agenda_items",
        "participation__session__activity__facilitators__person",
        "participation__person__affiliations__organisation",
        "participation__person__affiliations__profession",
    )


def session_convocation(convocation):
    """Issue the convocation of one person of a batch, or return the one there is."""
    session = convocation.participation.session
    return services.issue(
        CONVOCATION,
        title=title(session),
        about=session,
        recipient=convocation.participation.person,
        template=TEMPLATE,
        context=context(convocation.participation, convocation.convening.paragraph),
        by=convocation.convening.by,
    )


def title(session):
    """What tells this letter from the others of its reader."""
    return gettext("Convocation of %(day)s, %(activity)s") % {
        "day": dates.day_year(session.starts_at),
        "activity": session.activity.title,
    }


def preview(participation, paragraph):
    """The PDF as this person would receive it, numbered with nothing and not kept."""
    draft = IssuedDocument(
        kind=CONVOCATION, reference="", version=1, issued_at=now(), title=""
    )
    draft.fingerprint = ""
    return engine.render(
        TEMPLATE, context(participation, paragraph) | {"document": draft}
    )


def context(participation, paragraph):
    """All that a convocation says (reference 0.6), as its template lists it."""
    session = participation.session
    activity = session.activity
    rank, total = session.place_in_activity()
    return {
        "agency": settings.AGENCY,
        "activity": activity,
        "session": session_facts(session) | {"number": rank},
        "session_count": total,
        "minutes": session.minutes,
        "agenda": agenda(session),
        "venue": venue_facts(session.venue),
        "facilitators": [
            {"name": one.person.full_name, "qualification": one.qualification}
            for one in activity.facilitators.all()
        ],
        "person": participation.person,
        "addressee": addressee(participation),
        "paragraph": paragraph,
        "contact": contact(activity),
        "on_the_day": on_the_day(session),
        "absence_deadline": absence_deadline(session),
        "signatory": signatory(activity),
    }


def agenda(session):
    """The titles of its points; none for a sealed session, whose group sets its own."""
    if session.activity.sealed:
        return []
    return [item.title for item in session.agenda_items.all()]


def session_facts(session):
    names = (
        "starts_at",
        "ends_at",
        "welcome_at",
        "break_text",
        "format",
        "room",
        "documents_text",
    )
    facts = {name: getattr(session, name) for name in names}
    return facts | {
        "title": session.public_title,
        "bring": session.activity.bring_text,
    }


# What the letter sets one after the other.
SENTENCES = ("transport", "parking", "bike", "access_note")


def venue_facts(venue):
    """The place as the letter tells it, or None while it is being chosen."""
    if venue is None:
        return None
    names = (
        "name",
        "address",
        "postal_code",
        "city",
        "transport",
        "parking",
        "bike",
        "access_note",
        "step_free",
        "hearing_loop",
        "accessible_parking",
        "accessible_toilets",
    )
    facts = {name: getattr(venue, name) for name in names}
    return facts | {name: sentence(facts[name]) for name in SENTENCES}


def sentence(text):
    """``text`` with the full stop that whoever typed it may have left out."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def addressee(participation):
    """The affiliation that the person comes for, else the first in force, else None."""
    enrolment = participation.enrolment
    if enrolment and enrolment.affiliation:
        return enrolment.affiliation
    affiliations = participation.person.affiliations.all()
    return next((one for one in affiliations if one.is_active), None)


def contact(activity):
    """Whom to write to or call: the officer in charge, by the agency's telephone."""
    officer = activity.officer
    return {
        "name": officer.full_name,
        "role": "",
        "phone": telephone(officer.phone) or settings.AGENCY["phone"],
        "email": officer.email or settings.AGENCY["email"],
    }


def on_the_day(session):
    """The contact of the meeting place, when there is one."""
    if session.venue and session.venue.contact:
        return {"name": session.venue.contact, "phone": ""}
    return None


def absence_deadline(session):
    """Until when an absence is told (aware), or None once that moment is past."""
    deadline = session.starts_at - timedelta(
        hours=session.activity.absence_notice_hours
    )
    return deadline if deadline > now() else None


def signatory(activity):
    return {
        "name": activity.signatory_name or settings.AGENCY["signatory_name"],
        "role": activity.signatory_role or settings.AGENCY["signatory_role"],
    }
