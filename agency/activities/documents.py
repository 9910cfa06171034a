"""The PDFs of the kernel: one function, one template of the same name."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import Purpose
from agency.activities.states import OFF
from agency.core import dates
from agency.core.clock import now
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument

CONVOCATION = "convocation"
NOTICE = "notice"
NOTICE_TEMPLATE = "activities/documents/session_notice"
TEMPLATE = "activities/documents/session_convocation"


def declare():
    """The kinds of document that the kernel issues; called once, at start."""
    kinds.register(kinds.DocumentKind(CONVOCATION, "CONV", _("Convocation")))
    kinds.register(kinds.DocumentKind(NOTICE, "AVIS", _("Notice")))


def load(convocations):
    """The rows with all that their letters say, in a constant number of queries."""
    return convocations.select_related(
        "convening__by",
        "convening__activity__officer",
        "convening__session__activity__officer",
        "convening__session__postponed_to__venue",
        "convening__session__venue",
        "person",
        "supersedes",
        "participation__person",
        "participation__session__venue",
        "participation__session__activity__officer",
        "participation__session__activity__charter",
        "participation__enrolment__affiliation__organisation",
    ).prefetch_related(
        "convening__session__agenda_items",
        "person__affiliations__organisation",
        "person__affiliations__profession",
        "participation__session__agenda_items",
        "participation__session__activity__facilitators__person",
        "participation__person__affiliations__organisation",
        "participation__person__affiliations__profession",
    )


def session_convocation(convocation, *, changes=()):
    """Issue the convocation of one person of a batch, or return the one there is.

    With ``changes`` (see ``facts``) it is the next version of the letter that the row
    replaces, and says what has changed.
    """
    session = convocation.participation.session
    return services.issue(
        CONVOCATION,
        title=title(session),
        about=session,
        recipient=convocation.participation.person,
        template=TEMPLATE,
        context=context(convocation.participation, convocation.convening.paragraph)
        | {"changes": changes},
        by=convocation.convening.by,
        supersedes=convocation.supersedes,
    )


def session_notice(convocation, what):
    """Issue the notice on paper of somebody without an address (message 15, or 14).

    ``what``: see ``services.telling.told_of``.
    """
    activity, session = what["activity"], what["session"]
    return services.issue(
        NOTICE,
        title=_notice_title(convocation.convening.purpose, activity, session),
        about=session or activity,
        recipient=convocation.reader,
        template=NOTICE_TEMPLATE,
        context=what
        | {
            "agency": settings.AGENCY,
            "person": convocation.reader,
            "addressee": addressee(convocation.participation, convocation.reader),
            "contact": contact(activity),
            "signatory": signatory(activity),
        },
        by=convocation.convening.by,
        supersedes=convocation.supersedes,
    )


NOTICE_TITLES = {
    Purpose.CHANGE: _("Change of the session of %(day)s, %(activity)s"),
    Purpose.CANCELLATION: _("Cancellation of the session of %(day)s, %(activity)s"),
    Purpose.POSTPONEMENT: _("Postponement of the session of %(day)s, %(activity)s"),
}


def _notice_title(purpose, activity, session):
    if session is None:
        return gettext("Cancellation of %(activity)s") % {"activity": activity.title}
    said = {"day": dates.day_year(session.starts_at), "activity": activity.title}
    return str(NOTICE_TITLES[purpose]) % said


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
        "changes": (),
        "charter": charter(participation),
        "training": training(activity),
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


def addressee(participation, person=None):
    """The affiliation that the person comes for, else the first in force, else None."""
    enrolment = participation and participation.enrolment
    if enrolment and enrolment.affiliation:
        return enrolment.affiliation
    affiliations = (person or participation.person).affiliations.all()
    return next((one for one in affiliations if one.is_active), None)


def charter(participation):
    """The charter of the group, and where this person reads it again; None without one."""
    enrolment, signed = participation.enrolment, participation.session.activity.charter
    if signed is None:
        return None
    page = f"{settings.SITE_URL}{enrolment.get_absolute_url()}" if enrolment else ""
    return {"title": signed.title, "url": page}


def training(activity):
    """What the labour code wants of a training (art. L6353-8); None for anything else."""
    if not activity.is_training:
        return None
    sessions = list(activity.sessions.exclude(state__in=OFF))
    return {
        "objectives": activity.training_objectives,
        "evaluation": activity.training_evaluation,
        "rules": activity.training_rules,
        "minutes": sum(session.minutes for session in sessions),
    }


def contact(activity):
    """Whom to write to or call: the contact of the activity, else its officer."""
    return activity.contact | {"role": ""}


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
