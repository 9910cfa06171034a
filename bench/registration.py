"""Registration through real HTTP: ``python -m bench.registration``.

Eight clients press at once for the seats of one activity, two processes answer. Beside
it the floor in the same server: lock, count, insert, and nothing else. Rounds of the
one and of the other take turns.
"""

import threading
import time

from bench import _harness as harness
from bench._web import Browser, served

PORT = 8162
CLIENTS, SEATS, PRESSES, ROUNDS = 8, 150, 200, 6
OURS, FLOOR = "ours", "floor"
MAX_REQUESTS, MIN_SHARE = 4, 1 / 3


def main():
    with harness.scratch() as var, harness.database("_registration") as url:
        env = harness.prepared(url, var)
        harness.up(env)
        stage = Stage()
        with served(env, PORT):
            journey = stage.journey()
            for kind in (OURS, FLOOR):
                stage.race(kind)
            rates = {OURS: [], FLOOR: []}
            seats = []
            for _round in range(ROUNDS):
                for kind in (OURS, FLOOR):
                    rate, taken = stage.race(kind)
                    rates[kind].append(rate)
                    seats.append(taken)
        harness.close()
    share = harness.median(rates[OURS]) / harness.median(rates[FLOOR])
    harness.emit(
        "registration",
        sizes={"clients": CLIENTS, "seats": SEATS, "presses": PRESSES, "processes": 2},
        requests_end_to_end=journey,
        posts_per_second={
            kind: harness.figures(some, 1) for kind, some in rates.items()
        },
        share_of_floor=round(share, 3),
        seats_taken=sorted(set(seats)),
        missed=[
            *(["requests"] if journey > MAX_REQUESTS else []),
            *([f"share of the floor: {share:.2f}"] if share < MIN_SHARE else []),
            *(["seats"] if set(seats) != {SEATS} else []),
        ],
    )


class Stage:
    """People with a session, and as many activities as there are rounds."""

    def __init__(self, port=PORT):
        from agency.activities.models import Season
        from agency.people.models import Person

        self.port = port
        self.season = Season.objects.create(
            name="S", starts_on="2020-09-01", ends_on="2099-08-31"
        )
        self.people = Person.objects.bulk_create(
            Person(
                email=f"p{n}@example.org",
                given_name="Given",
                family_name=f"Family {n}",
                password="!",
            )
            for n in range(PRESSES)
        )
        self.sessions = [session_of(person) for person in self.people]
        self.count = 0

    def activity(self, seats):
        """Open, with three sessions to come."""
        from datetime import timedelta

        from agency.activities.models import Activity, Session
        from agency.core.clock import now

        self.count += 1
        activity = Activity.objects.create(
            kind="peer_group",
            title=f"Activity {self.count}",
            slug=f"activity-{self.count}",
            season=self.season,
            summary="Three mornings.",
            officer=self.people[0],
            capacity=seats,
            state="open",
        )
        for number in (1, 2, 3):
            start = now() + timedelta(days=30 * number)
            Session.objects.create(
                activity=activity,
                number=number,
                starts_at=start,
                ends_at=start + timedelta(hours=3),
            )
        return activity

    def journey(self):
        """From the page of the activity to one's own enrolment, as a browser goes."""
        activity = self.activity(SEATS)
        browser = Browser(self.port, self.sessions[0])
        assert browser.get(f"/activites/{activity.slug}/")[0] == 200
        form = f"/activites/{activity.slug}/inscription/"
        assert browser.get(form)[0] == 200
        status, where, _page = browser.post(form)
        assert status == 302, status
        status, _where, page = browser.get(where)
        assert status == 200
        assert activity.title in page
        return browser.requests

    def race(self, kind):
        """Presses a second that all clients manage together, and the seats they took."""
        activity = self.activity(SEATS)
        path = f"/floor/{activity.pk}/"
        if kind == OURS:
            path = f"/activites/{activity.slug}/inscription/"
        browsers = [Browser(self.port, session) for session in self.sessions]
        for browser in browsers[:CLIENTS]:
            browser.get("/floor/")
        start = threading.Barrier(CLIENTS + 1)
        clients = [
            threading.Thread(
                target=_press, args=(start, browsers[n::CLIENTS], path, browsers[n])
            )
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        start.wait()
        began = time.perf_counter()
        for client in clients:
            client.join()
        took = time.perf_counter() - began
        return PRESSES / took, activity.enrolments.holding().count()


def _press(start, browsers, path, line):
    """One client: its connection stays, the person changes with each press."""
    start.wait()
    for browser in browsers:
        browser.connection = line.connection
        status, _where, _page = browser.post(path)
        assert status in (200, 302, 409), status


def session_of(person):
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return store.session_key


if __name__ == "__main__":
    main()
