"""The certificates of an edition: the meetings that both confirmed, and collective times.

The kernel keeps them (agency.activities.services.certificates): one for each person and
edition, made again when what it says changes. Here is only who has earned which.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from agency.activities.certificates import KIND
from agency.activities.models import Enrolment
from agency.activities.services import assiduity, certificates
from agency.activities.services.assiduity import Assiduity
from agency.activities.services.certificates import Record
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from mentoring import emails, year_documents
from mentoring.choices import Side
from mentoring.models import Pair, PairMeeting
from mentoring.models.meeting import SILENCE
from mentoring.states import MeetingState, PairState

# A pair that ended a while ago is certified by the button; nobody receives an old paper.
STILL_NEWS = timedelta(days=30)


@dataclass(frozen=True)
class Accompaniment(Record):
    """One person of an edition: ``days`` are those of their meetings.

    ``finished``: how many of their pairs went to the end; only these count. ``waiting``:
    until when a meeting still waits for the other's word, None when none does.
    """

    side: Side = Side.MENTEE
    finished: int = 0
    days: tuple[date, ...] = ()
    meeting_minutes: int = 0
    waiting: date | None = None

    @property
    def minutes(self):
        return self.meeting_minutes + self.assiduity.minutes

    @property
    def planned_minutes(self):
        return None  # a pair plans its meetings in number, not in hours

    @property
    def earned(self):
        return self.finished > 0 and self.minutes > 0 and self.waiting is None

    @property
    def why_not(self):
        if self.earned:
            return ""
        if not self.finished:
            return _("The pair is not finished yet.")
        if self.waiting:
            return _("A meeting still waits for the other one to confirm it.")
        return _("No meeting is confirmed, and no collective time was followed.")

    def printed(self):
        return year_documents.printed(self)

    def issue(self, said, supersedes):
        return year_documents.mentoring_certificate(
            self, said=said, supersedes=supersedes
        )

    def tell(self, document, *, not_before):
        return emails.certificate_available(self, document, not_before=not_before)


def records(activity, people=None):
    """The ``Accompaniment`` of everybody of the edition who stays to its end, by name.

    As many queries for one as for a thousand.
    """
    halves = _halves(activity)
    followed = assiduity.by_person(activity, people)
    known = certificates.papers_of(activity)
    count = assiduity.kept(activity).count()
    empty = Assiduity((), activity.attendance_threshold)
    found = []
    for about in certificates.seated(activity, people):
        document, sent = known.get((type(about), about.pk), (None, False))
        one = Accompaniment(
            activity,
            about,
            about.person,
            followed.get(about.person_id, empty),
            count,
            document,
            sent,
            **_met(halves.get(about.person_id, ())),
        )
        found.append(one)
    return found


def _halves(activity):
    """{person: [(their side, a pair that is finished, its meetings held)]}"""
    pairs = Pair.objects.filter(activity=activity.pk, state=PairState.COMPLETED)
    meetings = defaultdict(list)
    held = PairMeeting.objects.filter(state=MeetingState.HELD, pair__in=pairs)
    for one in held.order_by("day", "pk"):
        meetings[one.pair_id].append(one)
    halves = defaultdict(list)
    for pair in pairs.order_by("pk"):
        halves[pair.mentor_id].append((Side.MENTOR, meetings[pair.pk]))
        halves[pair.mentee_id].append((Side.MENTEE, meetings[pair.pk]))
    return halves


def _met(halves):
    """What the finished pairs of one person come to, as fields of an ``Accompaniment``.

    Whoever was a mentor in one and a mentee in another is certified as a mentor.
    """
    side = max((one for one, _meetings in halves), default=Side.MENTEE)
    counted = [meetings for one, meetings in halves if one == side]
    held = [one for meetings in counted for one in meetings]
    agreed = [one for one in held if one.is_confirmed]
    left = [one.logged_at + SILENCE for one in held if not one.is_confirmed]
    return {
        "side": side,
        "finished": len(counted),
        "days": tuple(sorted(one.day for one in agreed)),
        "meeting_minutes": sum(one.minutes for one in agreed),
        "waiting": max(left).date() if left else None,
    }


def own(pair, person):
    """The certificate in force of one of the two of a pair, or None."""
    if not pair.is_over:
        return None
    enrolments = Enrolment.objects.filter(activity=pair.activity_id, person=person)
    issued = IssuedDocument.objects.current().filter(kind=KIND, recipient=person)
    made = issued.exclude(file="").filter(
        content_type__app_label="activities",
        content_type__model="enrolment",
        object_id__in=enrolments.values("pk"),
    )
    return made.order_by("version", "pk").last()


def settle():
    """Ring for what is due in each edition with a pair that was finished lately.

    Also for a meeting that only silence confirmed, and for a ring that nobody heard.
    """
    recent = Pair.objects.filter(
        state=PairState.COMPLETED, ended_at__gte=now() - STILL_NEWS
    )
    keys = sorted(set(recent.values_list("activity", flat=True)))
    return sum(certificates.settle(key) for key in keys)
