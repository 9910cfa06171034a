"""The pages of composing and deciding beside the floor: ``python -m bench.board``.

A house of 1,000 enrolments, in which a board has sixty candidates, a line five hundred
people and an attendance sheet twenty; the board again with six shows that its queries
do not grow.
"""

import json
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta

from bench import _harness as harness
from bench._pages import FLOOR, House
from bench._web import served

SIZE, FEW, MANY, LINE, ROLL = 1_000, 6, 60, 500, 20
BOARDS = (
    ("few", FEW, "under_review"),
    ("many", MANY, "under_review"),
    ("line", LINE, "waitlisted"),
)
PORT = 8167
ROUNDS, WARM = 40, 8
MAX_QUERIES, MAX_RATIO = 15, 4


def pages(officer, few, many, line, request, session):
    """Each page with who reads it."""
    board = "/gestion/activities/activity/{}/composition/"
    return {
        FLOOR: (None, "/floor/"),
        f"board of {FEW}": (officer, board.format(few)),
        f"board of {MANY}": (officer, board.format(many)),
        "letters": (officer, f"{board.format(many)}appliquer/"),
        "request": (officer, f"/gestion/activities/enrolment/{request}/change/"),
        f"line of {LINE}": (officer, f"/gestion/activities/enrolment/attente/{line}/"),
        f"attendance of {ROLL}": (
            officer,
            f"/gestion/activities/session/{session}/presences/",
        ),
    }


# --- The child: the house ------------------------------------------------------
def fill(url, var):
    """Fill the database; say the queries of each page and the session of its reader."""
    harness.up(harness.environment(url, var))
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench import _data

    officer, _member = _data.fill(SIZE)
    few, many, line = (_asked(officer, *one) for one in BOARDS)
    request = many.enrolments.order_by("pk").first().pk
    said = {}
    shown = (few.pk, many.pk, line.pk, request, _with_a_roll(many).pk)
    for name, (reader, address) in pages(officer, *shown).items():
        client = Client()
        if reader:
            client.force_login(reader)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, (name, response.status_code)
        session = client.cookies.get("session")
        said[name] = {
            "address": address,
            "session": session.value if session else "",
            "queries": len(queries),
            "bytes": len(response.content),
        }
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    harness.close()
    print(json.dumps(said))


def _asked(officer, slug, count, state):
    """A cycle with two rules, and ``count`` people who ask for it or wait."""
    from agency.activities.models import (
        Activity,
        Application,
        EligibilityRule,
        Enrolment,
    )
    from agency.core.clock import now
    from agency.people.models import Person, Profession

    model = Activity.objects.filter(kind="practice_cycle", state="open").first()
    activity = Activity.objects.create(
        kind="practice_cycle",
        title=f"Cycle {slug}",
        slug=slug,
        season=model.season,
        summary="Six mornings.",
        officer=officer,
        capacity=15,
        max_per_organisation=1,
        registration_mode="application",
        state="open",
    )
    rule = EligibilityRule.objects.create(activity=activity, subject="profession")
    rule.professions.set(Profession.objects.order_by("pk")[:6])
    EligibilityRule.objects.create(
        activity=activity, subject="membership", force="warning"
    )
    people = Person.objects.exclude(pk=officer.pk).order_by("pk")[:count]
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            activity=activity,
            person=person,
            state=state,
            submitted_at=now() - timedelta(minutes=n),
        )
        for n, person in enumerate(people)
    )
    Application.objects.bulk_create(
        Application(
            enrolment=one,
            motivation="What moves me, in some lines. " * 20,
            topic="teams",
            selection=("select", "wait", "refuse", "")[n % 4],
            reason="The group is full.",
        )
        for n, one in enumerate(enrolments)
    )
    return activity


def _with_a_roll(activity):
    """A session of yesterday at which ``ROLL`` people are to be noted, twice a day."""
    from agency.activities.models import Participation, Session
    from agency.core.clock import now

    start = (now() - timedelta(days=1)).replace(hour=8, minute=0)
    session = Session.objects.create(
        activity=activity, starts_at=start, ends_at=start + timedelta(hours=8)
    )
    Participation.objects.bulk_create(
        Participation(session=session, person=one.person, enrolment=one)
        for one in activity.enrolments.select_related("person")[:ROLL]
    )
    return session


# --- The parent ------------------------------------------------------------------
def measure():
    with ExitStack() as stack:
        var = stack.enter_context(harness.scratch())
        url = stack.enter_context(harness.database("_board"))
        env = harness.prepared(url, var)
        child = [sys.executable, "-m", "bench.board", url, str(var)]
        said = json.loads(subprocess.check_output(child, cwd=harness.ROOT, text=True))
        stack.enter_context(served(env, PORT, workers=1))
        house = House(said, PORT)
        for name in list(said) * WARM:
            house.ask(name)
        times = {name: [] for name in said}
        for _round in range(ROUNDS):
            for name in said:
                times[name].append(house.ask(name))
    return said, times


def report(said, times):
    floor = harness.figures(times[FLOOR])["median"]
    rows = {}
    for name, samples in times.items():
        taken = harness.figures(samples)
        rows[name] = {
            "ms": taken,
            "to_floor": round(taken["median"] / floor, 2),
            "queries": said[name]["queries"],
            "kilobytes": round(said[name]["bytes"] / 1024, 1),
        }
    harness.emit("board", rounds=ROUNDS, pages=rows, missed=list(_missed(rows)))


def _missed(rows):
    few, many = (rows[f"board of {count}"]["queries"] for count in (FEW, MANY))
    if few != many:
        yield f"board: {few} queries for {FEW}, {many} for {MANY}"
    for name, row in rows.items():
        if name != FLOOR and row["queries"] > MAX_QUERIES:
            yield f"{name}: {row['queries']} queries"
    if rows["request"]["to_floor"] > MAX_RATIO:
        yield f"request: {rows['request']['to_floor']} times the floor"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        fill(*sys.argv[1:])
    else:
        report(*measure())
