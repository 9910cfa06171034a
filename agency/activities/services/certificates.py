"""Certificates: who followed enough, and the paper that says so, kept true.

Each lock of a sheet settles those of its activity, once none of its sheets is open:
missing ones are issued, those that say something else now are replaced, those that are
no longer earned are withdrawn. Settled twice, nothing more happens.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities import certificates, emails, kinds, tasks
from agency.activities.models import (
    Activity,
    AttendanceSheet,
    Enrolment,
    Participation,
)
from agency.activities.services import assiduity, moments
from agency.activities.services.assiduity import Assiduity
from agency.activities.services.roll import ON_THE_ROLL
from agency.activities.services.sheets import RUNG, latest
from agency.activities.states import SheetState
from agency.core import bell, dates, journal
from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked
from agency.core.services import ran
from agency.documents import services as documents
from agency.documents.models import IssuedDocument
from agency.mail.models import Attachment
from agency.people.models import Person

logger = logging.getLogger(__name__)

CHUNK = 20
# After so long an officer presses the button: nobody receives an old one by surprise.
STILL_NEWS = timedelta(days=7)
# What comes and goes, and is no fault of the certificate.
WEATHER = (OSError, DatabaseError, SoftTimeLimitExceeded)
VERSIONS_AT_ONCE = 3


@dataclass(frozen=True)
class Record:
    """One person of an activity: what they followed, and their last certificate.

    ``about``: their enrolment, or their participation when they came without one;
    ``sent``: whether the message with this very document is written.
    """

    activity: Activity
    about: Enrolment | Participation
    person: Person
    assiduity: Assiduity
    session_count: int
    document: IssuedDocument | None = None
    sent: bool = False

    @property
    def affiliation(self):
        """What the person came for, where their letter is posted to."""
        return getattr(self.about, "affiliation", None)

    @property
    def is_single(self):
        return self.session_count == 1

    @property
    def earned(self):
        return self.assiduity.reached

    @property
    def current(self):
        """The certificate in force, or None."""
        made = self.document is not None and self.document.file
        return self.document if made and not self.document.withdrawn_at else None

    @property
    def is_true(self):
        """Whether the certificate in force says what it should."""
        if not self.earned:
            return self.current is None
        return bool(self.current) and self.current.printed == self.printed()

    @property
    def is_due(self):
        written = self.sent or not self.person.email or not self.earned
        return not (self.is_true and written)

    @property
    def why_not(self):
        """Why there is no certificate, in a sentence; ``""`` when it is earned."""
        return "" if self.earned else why_not(self.assiduity)

    @property
    def minutes(self):
        return self.assiduity.minutes

    @property
    def planned_minutes(self):
        return self.assiduity.planned_minutes

    def printed(self):
        """What its paper says, as plain values."""
        return certificates.printed(self)

    def issue(self, said, supersedes):
        """The paper that says ``said``, after an earlier one or None."""
        return certificates.certificate(self, said=said, supersedes=supersedes)

    def tell(self, document, *, not_before):
        return emails.certificate_available(self, document, not_before=not_before)


def why_not(found):
    """Why what ``found`` says is not enough for a certificate, in a sentence."""
    if not found.planned:
        return _("Expected at no session whose sheet is locked.")
    said = {
        "attended": found.attended,
        "planned": found.planned,
        "threshold": found.threshold,
    }
    if not found.attended:
        return _("Present at none.")
    if found.by_session:
        sentence = ngettext(
            "%(attended)s session of %(planned)s followed; %(threshold)s%% are needed.",
            "%(attended)s sessions of %(planned)s followed; %(threshold)s%% are needed.",
            found.attended,
        )
    else:
        sentence = ngettext(
            "%(attended)s half-day of %(planned)s followed; %(threshold)s%% are needed.",
            "%(attended)s half-days of %(planned)s followed; %(threshold)s%% are needed.",
            found.attended,
        )
    return sentence % said


# --- Who ----------------------------------------------------------------------------
def open_sheets(activity):
    """The sessions that still keep the certificates of ``activity`` waiting."""
    expected = Participation.objects.filter(
        session__activity=activity.pk, state__in=ON_THE_ROLL
    )
    left = assiduity.kept(activity).exclude(attendance_sheet__state=SheetState.LOCKED)
    # A session that took place with nobody on its sheet has nothing to lock.
    nobody = Q(state="held") & ~Q(pk__in=expected.values("session"))
    return left.exclude(nobody)


def records(activity, people=None):
    """The ``Record`` of everybody with a seat, and of those who came to a single date
    without one; by name. As many queries for one as for a thousand."""
    own = kinds.get(activity.kind).certificates
    if own is not None:
        return own(activity, people)
    count = assiduity.kept(activity).count()
    abouts = [*seated(activity, people)]
    if count == 1:
        abouts += _walked_in(activity, people)
    followed = assiduity.by_person(activity, people)
    papers = papers_of(activity)
    empty = Assiduity((), activity.attendance_threshold)
    found = []
    for about in abouts:
        document, sent = papers.get((type(about), about.pk), (None, False))
        known = followed.get(about.person_id, empty)
        found.append(
            Record(activity, about, about.person, known, count, document, sent)
        )
    return found


def seated(activity, people):
    """Those who have a seat to the end; who left, or was excluded, has followed no cycle."""
    seated = activity.enrolments.confirmed().filter(person__erased_at=None)
    if people is not None:
        seated = seated.filter(person__in=people)
    seated = seated.select_related("person", "affiliation__organisation")
    return seated.order_by("person__folded", "pk")


def _walked_in(activity, people):
    found = Participation.objects.filter(
        session__in=assiduity.kept(activity),
        state__in=ON_THE_ROLL,
        enrolment=None,
        person__erased_at=None,
    ).exclude(person__in=activity.enrolments.confirmed().values("person"))
    if people is not None:
        found = found.filter(person__in=people)
    return found.select_related("person").order_by("person__folded", "pk")


def papers_of(activity):
    """{(model, key): (its last certificate, whether that one was sent)}."""
    enrolments = activity.enrolments.values("pk")
    awaited = Participation.objects.filter(session__activity=activity.pk).values("pk")
    types = ContentType.objects.get_for_models(Enrolment, Participation)
    about = Q(content_type=types[Enrolment], object_id__in=enrolments)
    about |= Q(content_type=types[Participation], object_id__in=awaited)
    issued = IssuedDocument.objects.filter(about, kind=certificates.KIND)
    written = Attachment.objects.filter(document__in=issued.values("pk"))
    sent = set(written.values_list("document", flat=True))
    models = {kind.pk: model for model, kind in types.items()}
    return {
        (models[one.content_type_id], one.object_id): (one, one.pk in sent)
        for one in issued.order_by("version", "pk")
    }


def shown(enrolment):
    """What the page of an enrolment says of its certificate: of ``_attendance.html``."""
    found = assiduity.assiduity(enrolment)
    elsewhere = kinds.get(enrolment.activity.kind).certificates is not None
    if not found.planned or elsewhere:
        return {"assiduity": found if found.planned else None, "elsewhere": elsewhere}
    document = latest(enrolment, kind=certificates.KIND)
    made = document is not None and document.file and not document.withdrawn_at
    return {
        "assiduity": found,
        "elsewhere": False,
        "certificate": document if made else None,
        "why_not": "" if found.reached else why_not(found),
        "more_to_come": open_sheets(enrolment.activity).exists(),
    }


# --- What -----------------------------------------------------------------------------
@transaction.atomic
def establish(activity, *, by):
    """An officer asks for the certificates that are due; return how many.

    Raises MoveBlocked while a sheet may still change.
    """
    if sentence := hindrance(activity):
        raise MoveBlocked(sentence)
    due = [one for one in records(activity) if one.is_due]
    if due:
        journal.record(activity, "certify", by=by, count=len(due))
        _ring(activity, due)
    return len(due)


def hindrance(activity):
    """Why no certificate is made yet, in a sentence, or ``""``."""
    left = list(open_sheets(activity))
    over = [one for one in left if one.is_past]
    days = ", ".join(dates.day_year(paris(one.starts_at).date()) for one in over[:6])
    if over:
        return ngettext(
            "The attendance of %(days)s is not locked: countersign the sheet first.",
            "The attendance of %(days)s is not locked: countersign the sheets first.",
            len(over),
        ) % {"days": days}
    if left:
        last = paris(max(one.starts_at for one in left)).date()
        return _("Its last session is on %(day)s.") % {"day": dates.day_year(last)}
    return ""


def settle(activity_id):
    """Ring for every certificate of the activity that is not as it should be."""
    activity = Activity.objects.get(pk=activity_id)
    if open_sheets(activity).exists():
        _settled(activity)  # whoever locks the last sheet comes here again
        return 0
    due = [one for one in records(activity) if one.is_due]
    _ring(activity, due)
    if not due:
        _settled(activity)
    return len(due)


def _ring(activity, due):
    keys = [one.person.pk for one in due]
    for start in range(0, len(keys), CHUNK):
        bell.ring(tasks.make_certificates, activity.pk, keys[start : start + CHUNK])


def _settled(activity):
    sheets = AttendanceSheet.objects.filter(
        session__activity=activity, state=SheetState.LOCKED, certified_at=None
    )
    sheets.update(certified_at=now())


def make(activity_id, people=None):
    """Settle the certificates of these people, or of all; a bad one stops no other."""
    activity = Activity.objects.get(pk=activity_id)
    if open_sheets(activity).exists():
        return
    for record in records(activity, people):
        try:
            make_one(record)
        except WEATHER:
            raise
        except Exception:
            logger.exception("certificate of %s", record.about)
    if not any(one.is_due for one in records(activity)):
        _settled(activity)


def make_one(record):
    """Issue, replace or withdraw the certificate of ``record``, then write once.

    Issued outside any transaction. Of two workers both get the same document; one that
    was begun with what is no longer true is replaced at once.
    """
    if not record.earned:
        if record.current:
            documents.withdraw(record.current)
        return
    said = record.printed()
    last = latest(record.about, kind=certificates.KIND)
    for _turn in range(VERSIONS_AT_ONCE):
        if last and last.file and last.printed == said and not last.withdrawn_at:
            break
        reserved = last is not None and not last.file
        replaced = last.supersedes if reserved else last
        last = record.issue(said, replaced)
    record.tell(last, not_before=moments.morning(now()))


def sweep():
    """Ring again for what a lock did not settle; return for how many activities."""
    left = AttendanceSheet.objects.filter(
        state=SheetState.LOCKED,
        certified_at=None,
        locked_at__range=(now() - STILL_NEWS, now() - RUNG),
    )
    keys = set(left.values_list("session__activity", flat=True))
    for key in sorted(keys):
        bell.ring(tasks.settle_certificates, key)
    ran("activities.sweep_certificates")
    return len(keys)
