"""What the groups of the demo sign, ask, decide and note: charters, candidates, presence."""

from datetime import timedelta

from agency.activities.choices import AttendanceStatus, CharterUse, Selection
from agency.activities.models import (
    Charter,
    EligibilityRule,
    Question,
)
from agency.activities.services import attendance, board, charters, composing
from agency.activities.services.halfdays import half_days
from agency.activities.services.papers import Papers
from agency.activities.states import EnrolmentState, ParticipationState
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read

SIGNED_AFTER = timedelta(hours=20)
# What a board says of the candidates, in the order in which they are decided on.
DECISIONS = (Selection.SELECT, Selection.WAIT, Selection.REFUSE)


def agree(book):
    """The texts that people sign, each in its first version, with the articles of the field."""
    for use, title in read("directory")["charters"].items():
        charter = written(Charter(title=title, use=CharterUse(use)), book.by)
        charters.publish(charters.new_version(charter, by=book.by), by=book.by)
        book.charters[use] = charter


def ask(activity, entry, book):
    """The rules and the questions of the form of ``activity``."""
    for rule in entry.get("rules", []):
        plain = {k: v for k, v in rule.items() if k != "professions"}
        row = EligibilityRule.objects.create(activity=activity, **plain)
        row.professions.set(
            book.professions[slug] for slug in rule.get("professions", [])
        )
    asked = []
    for order, question in enumerate(entry.get("questions", []), start=1):
        plain = {k: v for k, v in question.items() if k != "after"}
        after = question.get("after")
        before = (
            {"depends_on": asked[after - 1], "depends_value": "yes"} if after else {}
        )
        asked.append(
            Question.objects.create(activity=activity, order=order, **plain, **before)
        )


def papers(activity, entry, rank, person):
    """What the candidate of that rank writes."""
    motivations = entry.get("motivations")
    if not motivations:
        return Papers()
    topic, motivation = motivations[rank % len(motivations)]
    answers = {
        question: _answer(question, rank, person)
        for question in activity.questions.all()
    }
    return Papers(
        motivation=motivation, topic=topic, answers=answers, keep=rank % 3 == 0
    )


def _answer(question, rank, person):
    if question.kind == "bool":
        return rank % 4 == 1
    if question.depends_on_id:
        return "Avec mon ancienne équipe, il y a trois ans." if rank % 4 == 1 else ""
    return person.city


def sign(activity, person):
    """Put one's name under the charter, if a seat waits for it."""
    waits = activity.enrolments.filter(person=person, state=EnrolmentState.ACCEPTED)
    enrolment = waits.select_related("person").first()
    if enrolment is None:
        return
    enrolment.activity = activity
    version = activity.charter.in_force()
    charters.sign(enrolment, by=person, **_name_under(version, person))


def undertake(person):
    """The facilitator signs their undertaking, once for all that they lead."""
    if charters.has_to_undertake(person):
        charters.undertake(person, **_name_under(charters.undertaking(), person))


def _name_under(version, person):
    return {
        "version": version,
        "sha256": version.sha256,
        "typed_name": person.full_name,
        "address": "192.0.2.14",
    }


def decide(story):
    """What the officer has put on the board so far: some retained, some wait, some refused."""
    asked = story.activity.enrolments.to_review().order_by("submitted_at", "pk")
    rows = list(asked)
    wanted = story.entry["decided"]
    said = [way for way in DECISIONS for _n in range(wanted[way.value])]
    for enrolment, selection in zip(rows, said, strict=False):
        reason = story.entry["refusal"] if selection == Selection.REFUSE else None
        seen = board.stamp(getattr(enrolment, "application", None))
        composing.decide(
            enrolment, selection, by=story.officer, seen=seen, reason=reason
        )


# How often people are there, of twenty: on time, late, online or gone early, else absent.
THERE, LATE, GONE = 16, 17, 18


def attend(story, session):
    """Who was at ``session``, countersigned by whoever led it, else by the officer."""
    leader = story.activity.facilitators.select_related("person").first()
    by = leader.person if leader else story.officer
    marks = []
    for one in session.participations.filter(state=ParticipationState.EXPECTED):
        drawn = story.book.dice.randint(1, 20)
        status = (
            AttendanceStatus.PRESENT
            if drawn <= THERE
            else AttendanceStatus.LATE
            if drawn == LATE
            else AttendanceStatus.LEFT_EARLY
            if drawn == GONE
            else AttendanceStatus.ABSENT
        )
        if session.is_remote and drawn <= THERE:
            status = AttendanceStatus.REMOTE
        marks += [(one, half, status, False) for half in half_days(session)]
    attendance.mark_all(session, marks, by=by)
    attendance.lock(session, typed_name=by.full_name, by=by)
