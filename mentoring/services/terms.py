"""What the agreement of a pair says: as a rule, or as its officer words it anew."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from agency.core import bell, journal
from mentoring import prose, tasks
from mentoring.choices import Meeting, Side, Topic
from mentoring.models import EditionDetails, MentoringApplication, PairAgreement

# Once a month, as people say it.
MONTH = range(28, 32)
KEPT = ("cancellation", "confidentiality", "early_end")


@dataclass(frozen=True)
class Terms:
    """What may be worded for one pair; the rest of the text is that of the house."""

    objectives: str
    way: str
    cancellation: str
    confidentiality: str
    early_end: str


def usual(pair):
    """The terms of ``pair`` before anybody words them: what the two asked for."""
    clauses = prose.clauses()
    topics, ways = _asked(pair)
    said = clauses["objectives"].format(topics=topics) if topics else None
    return Terms(
        objectives=said or clauses["objectives_open"],
        way=ways.pop() if len(ways) == 1 else Meeting.BOTH,
        **{name: clauses[name] for name in KEPT},
    )


def _asked(pair):
    """(what the mentee asked for, in words; the ways of meeting that the two wrote)."""
    people = (pair.mentor_id, pair.mentee_id)
    rows = MentoringApplication.objects.filter(
        edition=pair.activity_id, person__in=people
    ).order_by("pk")
    own = {(row.side, row.person_id): row for row in rows}
    mentor = own.get((Side.MENTOR, pair.mentor_id))
    mentee = own.get((Side.MENTEE, pair.mentee_id))
    topics = ", ".join(_words(mentee.topics)) if mentee else ""
    return topics, {row.meeting for row in (mentor, mentee) if row and row.meeting}


def _words(topics):
    known = dict(Topic.choices)
    return [_small(str(known[one])) for one in topics if one in known]


def _small(word):
    return f"{word[:1].lower()}{word[1:]}"


def draw_up(pair, terms, *, by=None):
    """The next version for ``pair``, frozen, told to the two once its PDF is made.

    The caller holds the turn of the edition, and has replaced the version before.
    """
    agreement = PairAgreement(
        pair=pair, number=pair.agreements.count() + 1, **asdict(terms)
    )
    agreement.introduction, agreement.articles = prose.agreement(_facts(pair, terms))
    agreement.sha256 = agreement.print()
    agreement.save()
    journal.record(pair, "draw_up", by=by, version=agreement.number)
    bell.ring(tasks.make_agreement, agreement.pk)
    return agreement


def _facts(pair, terms):
    details = EditionDetails.objects.filter(activity=pair.activity_id).first()
    return asdict(terms) | {
        "agency": settings.AGENCY,
        "edition": pair.activity,
        "details": details,
        "rhythm": _rhythm(details.interval_days if details else 30),
    }


def _rhythm(days):
    if days in MONTH:
        return _("once a month")
    known = {7: _("once a week"), 14: _("every two weeks")}
    return known.get(days) or _("every %(days)s days") % {"days": days}


def same(agreement, terms):
    """Whether ``terms`` are, to the letter, what ``agreement`` says."""
    return asdict(terms) == {name: getattr(agreement, name) for name in asdict(terms)}
