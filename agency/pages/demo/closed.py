"""What the groups of the demo sign, ask, decide and note: charters, candidates, presence."""

from datetime import timedelta

from agency.activities.choices import (
    AttendanceStatus,
    AttendanceWay,
    CharterUse,
    Selection,
)
from agency.activities.models import (
    Charter,
    EligibilityRule,
    Question,
)
from agency.activities.printed import charters as printed
from agency.activities.services import (
    attendance,
    board,
    certificates,
    charters,
    composing,
    sessions,
    sheets,
)
from agency.activities.services.papers import Papers
from agency.activities.services.roll import roll
from agency.activities.states import EnrolmentState
from agency.core import bell
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read

SIGNED_AFTER = timedelta(hours=20)
COUNTERSIGNED_AFTER = timedelta(days=45)
# Nobody looks for an older sheet in the first minutes of a demo.
ON_PAPER = timedelta(days=120)
# What a board says of the candidates, in the order in which they are decided on.
DECISIONS = (Selection.SELECT, Selection.WAIT, Selection.REFUSE)


def agree(book):
    """The texts that people sign, each in its first version, with the articles of the field."""
    for use, title in read("directory")["charters"].items():
        agree_on(book, use, title)


def agree_on(book, use, title):
    """One of these texts, for ``use``."""
    charter = written(Charter(title=title, use=CharterUse(use)), book.by)
    draft = charters.new_version(charter, by=book.by)
    with bell.silent():
        charters.publish(draft, by=book.by)
    printed.issue_text(draft)
    book.charters[use] = charter


def ask(activity, entry, book):
    """The rules and the questions of the form of ``activity``."""
    for rule in entry.get("rules", []):
        plain = {k: v for k, v in rule.items() if k != "professions"}
        row = EligibilityRule.objects.create(activity=activity, **plain)
        slugs = rule.get("professions", [])
        row.professions.set(book.professions[slug] for slug in slugs)
    asked = []
    for order, question in enumerate(entry.get("questions", []), start=1):
        plain = {k: v for k, v in question.items() if k not in ("after", "reply")}
        if after := question.get("after"):
            plain |= {"depends_on": asked[after - 1], "depends_value": "yes"}
        row = Question.objects.create(activity=activity, order=order, **plain)
        asked.append(row)


def papers(activity, entry, rank, person):
    """What the candidate of that rank writes."""
    motivations = entry.get("motivations")
    if not motivations:
        return Papers()
    topic, motivation = motivations[rank % len(motivations)]
    knows = rank % 4 == 1
    replies = [question.get("reply") for question in entry["questions"]]
    answers = {
        question: _answer(question, reply, knows, person)
        for question, reply in zip(activity.questions.all(), replies, strict=True)
    }
    keep = rank % 3 == 0
    needs = {kind: text for at, kind, text in entry["needs"] if at == rank}
    return Papers(
        motivation=motivation, topic=topic, answers=answers, needs=needs, keep=keep
    )


def _answer(question, reply, knows, person):
    """A yes or a no; what follows a yes alone; what everybody answers."""
    if reply is None:
        return knows
    if question.depends_on_id and not knows:
        return ""
    return reply.format(city=person.city)


def sign(activity, person, *, copied):
    """Put one's name under the charter, if a seat waits for it.

    ``copied``: its paper is made at once; of the others, by the sweeper, once open.
    """
    waits = activity.enrolments.filter(person=person, state=EnrolmentState.ACCEPTED)
    enrolment = waits.select_related("person").first()
    if enrolment is None:
        return
    enrolment.activity = activity
    version = activity.charter.in_force()
    signed = charters.sign(enrolment, by=person, **_name_under(version, person))
    if copied:
        printed.issue_signed(signed)


def undertake(person):
    """The facilitator signs their undertaking, once for all that they lead."""
    if charters.has_to_undertake(person):
        under = _name_under(charters.undertaking(), person)
        printed.issue_signed(charters.undertake(person, **under))


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
    """Who was at ``session``, read on paper, countersigned by whoever led it.

    The last sheets of what still runs wait for that: the session is held, and no more.
    """
    leader = story.activity.facilitators.select_related("person").first()
    by = leader.person if leader else story.officer
    marks = [
        (row.participation, cell.half_day, _drawn(story.book.dice, session), False)
        for row in roll(session)
        for cell in row.cells
        if not row.excused
    ]
    attendance.mark_all(session, marks, by=by, way=AttendanceWay.PAPER)
    recent = story.script.until - session.ends_at < COUNTERSIGNED_AFTER
    if recent and story.sessions[-1].ends_at > story.script.until:
        sessions.hold_session(session, by=story.officer)
    else:
        sheet = attendance.lock(session, typed_name=by.full_name, by=by)
        print_out(sheet, late=story.script.until - session.ends_at > ON_PAPER)


def print_out(sheet, *, late=False):
    """The sheet and the certificates are made here and now, as the workers would.

    A sheet of long ago is made by the sweeper, once the demo is open.
    """
    if not late:
        sheets.make(sheet.pk)
    activity = sheet.session.activity_id
    if certificates.settle(activity):
        certificates.make(activity)


def _drawn(dice, session):
    drawn = dice.randint(1, 20)
    if drawn > GONE:
        return AttendanceStatus.ABSENT
    if drawn > THERE:
        late = drawn == LATE
        return AttendanceStatus.LATE if late else AttendanceStatus.LEFT_EARLY
    remote = session.is_remote
    return AttendanceStatus.REMOTE if remote else AttendanceStatus.PRESENT
