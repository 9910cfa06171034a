"""A feed of 500 sessions: ``python -m bench.feed``.

Through every middleware, in turns with the floor and with the same events drawn one by
one by the library; then what a calendar that has it already is told (304).
"""

import time

from bench import _harness as harness

SESSIONS, ROUNDS, WARM = 500, 15, 2
# Somebody busy has twenty. At most so many floors for what calendars ask, hour after hour,
# and so much faster than naive once an event was drawn for anybody.
MAX_UNCHANGED, MIN_GAIN = 8, 3


def main():
    with harness.scratch() as var, harness.database("_feed") as url:
        harness.up(harness.prepared(url, var))
        from django.test import Client

        person, address = _filled()
        path = address[address.index("/agenda/") :]
        client = Client()
        etag = client.get(path)["ETag"]
        asked = {
            "floor": lambda: client.get("/floor/"),
            "first": lambda: _forgotten(client, path),
            "changed": lambda: client.get(path),
            "unchanged": lambda: client.get(path, headers={"if-none-match": etag}),
            "naive": lambda: _naive(person),
        }
        times = {name: [] for name in asked}
        for _round in range(WARM + ROUNDS):
            for name, ask in asked.items():
                began = time.perf_counter()
                ask()
                times[name].append((time.perf_counter() - began) * 1000)
        size = len(client.get(path).content)
        harness.close()
    _report({name: harness.figures(rows[WARM:]) for name, rows in times.items()}, size)


def _filled():
    """A house of 1,000 enrolments, and somebody expected at 500 sessions of it."""
    from agency.activities.models import Activity, Enrolment, Participation, Session
    from agency.activities.services import feeds
    from agency.core.clock import now
    from agency.people.models import Person
    from bench import _data

    _data.fill(1_000)
    person = Person.objects.create(email="feed@example.org", given_name="Feed")
    model = Session.objects.filter(starts_at__gt=now()).first()
    activity = Activity.objects.get(pk=model.activity_id)
    enrolment = Enrolment.objects.create(
        activity=activity, person=person, state="confirmed", confirmed_at=now()
    )
    length = model.ends_at - model.starts_at
    sessions = Session.objects.bulk_create(
        Session(
            activity=activity,
            number=number + 10,
            title=f"Session {number}, on what resists",
            starts_at=model.starts_at + number * length,
            ends_at=model.ends_at + number * length,
            venue=model.venue,
        )
        for number in range(SESSIONS)
    )
    Participation.objects.bulk_create(
        Participation(session=one, person=person, enrolment=enrolment)
        for one in sessions
    )
    feeds.open_feed(person)
    return person, feeds.address(feeds.of(person))


def _forgotten(client, path):
    """As a process that has just started draws it: no event is known yet."""
    from agency.activities import calendar

    calendar._drawn.cache_clear()
    assert client.get(path).status_code == 200


def _naive(person):
    """The same sessions in one query, each event drawn by the library, as one would."""
    from icalendar import Calendar, Event

    from agency.activities.models import Participation
    from agency.core.clock import now, paris

    calendar = Calendar()
    calendar.add("prodid", "-//naive//")
    calendar.add("version", "2.0")
    rows = Participation.objects.filter(person=person)
    for one in rows.select_related("session__activity", "session__venue"):
        event = Event()
        event.add("uid", str(one.session.uuid))
        event.add("dtstamp", now())
        event.add("dtstart", paris(one.session.starts_at))
        event.add("dtend", paris(one.session.ends_at))
        event.add("summary", f"{one.session.activity.title}, {one.session.title}")
        event.add("location", one.session.venue.name)
        event.add("sequence", one.session.sequence)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _report(times, size):
    floor = times["floor"]["median"]
    rows = {
        name: {"ms": taken, "to_floor": round(taken["median"] / floor, 2)}
        for name, taken in times.items()
    }
    gain = round(times["naive"]["median"] / times["changed"]["median"], 2)
    harness.emit(
        "feed",
        sessions=SESSIONS,
        rounds=ROUNDS,
        kilobytes=round(size / 1024, 1),
        answers=rows,
        naive_to_changed=gain,
        missed=list(_missed(rows, gain)),
    )


def _missed(rows, gain):
    if rows["unchanged"]["to_floor"] > MAX_UNCHANGED:
        yield f"unchanged: {rows['unchanged']['to_floor']} times the floor"
    if gain < MIN_GAIN:
        yield f"changed: naive takes {gain} times as long, not {MIN_GAIN}"


if __name__ == "__main__":
    main()
