"""A sitting of forty files followed live by thirty: ``python -m bench.sitting``.

Real HTTP, two web processes, PostgreSQL. The secretary does one gesture a second, then
one in ten; twenty-eight members, the secretary's second window and the projection ask
every three seconds whether something changed (ETag). Whatever was done has to be seen by
each of them three seconds and an answer later.
"""

import http.client
import json
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from itertools import count
from urllib.parse import urlencode

from bench import _harness as harness
from bench._web import Browser, served

SIZE, CLIENTS, EVERY = 1_000, 30, 3
PACES, SECONDS = (1, 10), 60
PORT, WEB = 8168, 2
# What a thread may be late by, on a machine that is busy.
SLACK = 0.1
TURN = re.compile(r'data-etag="&quot;\d+-(\d+)-')
SEEN = re.compile(
    r'name="point" value="(\d+)"[^>]*><input type="hidden" name="seen" value="(\d+)"'
)


# --- The child: the house -----------------------------------------------------------
def fill(url, var):
    """A sitting for each pace; the sessions of those who follow it."""
    harness.up(harness.environment(url, var))
    from django.test import Client

    from bench import _aid_data
    from bench import _commission_data as data
    from grants.models import Application, Sitting

    _aid_data.fill(SIZE)
    first = Sitting.objects.order_by("-deadline_at").first()
    people, by = data.seats(first, CLIENTS - 2), data.secretary()
    data.scale(Application.objects.first().rules)
    others = Application.objects.exclude(sitting=first).order_by("-pk")
    keys = list(others.values_list("pk", flat=True)[: len(PACES) * data.FILES])
    held = [
        data.held(first, people, keys[n * data.FILES :][: data.FILES], by=by)
        for n in range(len(PACES))
    ]
    data.reviews(people)

    def session(person):
        client = Client()
        client.force_login(person)
        return client.cookies["session"].value

    said = {
        "sittings": [_told(one) for one in held],
        "secretary": session(by),
        "members": [session(one) for one in people],
    }
    harness.close()
    print(json.dumps(said))


def _told(sitting):
    """The keys that the gestures name."""
    points = sitting.points.filter(state="waiting").order_by("position")
    present = sitting.presences.order_by("pk")
    return {
        "pk": sitting.pk,
        "points": list(points.values_list("pk", flat=True)),
        "seats": list(present.values_list("member", flat=True)),
    }


# --- Those who follow ----------------------------------------------------------------
class Watcher(threading.Thread):
    """A page that is open: asks every three seconds, keeps what it saw and when."""

    def __init__(self, port, session, path, first, until):
        super().__init__(daemon=True)
        self.port, self.session, self.path = port, session, path
        self.first, self.until = first, until
        self.seen, self.broken = [], 0

    def run(self):
        browser, etag = Browser(self.port, self.session), ""
        for n in count():
            time.sleep(max(0, self.first + n * EVERY - time.perf_counter()))
            if time.perf_counter() > self.until:
                return
            began = time.perf_counter()
            try:
                status, _where, _page = browser.get(self.path, {"If-None-Match": etag})
            except (OSError, http.client.HTTPException):
                self.broken += 1
                browser = Browser(self.port, self.session)
                continue
            etag = browser.headers["ETag"]
            turn = int(etag.split("-")[1])
            self.seen.append((began, time.perf_counter(), status, turn))


# --- Whoever runs it -------------------------------------------------------------------
class Secretary:
    """One gesture after another, each followed by the page that it leads to."""

    def __init__(self, port, session, sitting):
        self.home = f"/commission/{sitting['pk']}/seance/"
        self.browser, self.sitting = Browser(port, session), sitting
        self.done, self.taken, self.refused = [], [], []
        self.turn = self._look(self.browser.get(self.home)[2])

    def _look(self, page):
        # Of each item that may be pressed, at what version the page shows it.
        self.versions = {int(point): seen for point, seen in SEEN.findall(page)}
        return int(TURN.search(page)[1])

    def do(self, verb, **given):
        """Press it; keep when it was done and what turn the sitting has now."""
        # The server closed it meanwhile; a browser opens another one by itself.
        self.browser.connection.close()
        began = time.perf_counter()
        status, where, page = self.browser.post(
            f"{self.home}geste/{verb}/", urlencode(given, doseq=True)
        )
        done = time.perf_counter()
        self.taken.append((done - began) * 1000)
        if status == 302:
            status, _where, page = self.browser.get(where)
        assert status == 200, (verb, status)
        turn = self._look(page)
        if turn > self.turn:
            self.done.append((done, turn))
        else:
            self.refused.append(verb)
        self.turn = turn

    def gestures(self):
        """What a file takes: who comes and goes, the vote, the opinion."""
        seats = self.sitting["seats"]
        for n, point in enumerate(self.sitting["points"]):
            leaving = seats[n % 4 + 12]
            yield "examen", {"point": point, "out": seats}
            yield "depart", {"member": leaving}
            yield "scrutin", {"point": point}
            for seat in seats[7:11]:
                yield "vote", {"point": point, "seat": seat, "choice": "for"}
            yield "arrivee", {"member": leaving, "mode": "onsite"}
            yield "fin-de-scrutin", {"point": point}
            yield (
                "avis",
                {
                    "point": point,
                    "outcome": "favourable",
                    "amount": "10",
                    "told": "What the applicants read.",
                },
            )

    def run(self, pace, begins, until):
        for n, (verb, given) in enumerate(self.gestures()):
            time.sleep(max(0, begins + n * pace - time.perf_counter()))
            if time.perf_counter() > until:
                return
            seen = self.versions.get(given.get("point"))
            self.do(verb, **given, **({"seen": seen} if seen else {}))


# --- One pace -----------------------------------------------------------------------------
def follow(said, sitting, pace):
    """Thirty who follow a sitting while its secretary does something every ``pace`` s."""
    secretary = Secretary(PORT, said["secretary"], sitting)
    start = time.perf_counter() + 1
    # Each page is open before anything happens, and asks once more after all of it.
    begins = start + EVERY
    until = begins + SECONDS
    last = until + EVERY + 1
    views = [(said["secretary"], "secretaire"), (said["secretary"], "ecran")]
    views += [(one, "membre") for one in said["members"]]
    watchers = [
        Watcher(
            PORT,
            session,
            f"{secretary.home}vue/{view}/",
            start + n * EVERY / CLIENTS,
            last,
        )
        for n, (session, view) in enumerate(views)
    ]
    for one in watchers:
        one.start()
    secretary.run(pace, begins, until)
    for one in watchers:
        one.join()
    return secretary, watchers


def told(secretary, watchers, pace):
    """The figures of a pace, and what was lost."""
    polls = [one for watcher in watchers for one in watcher.seen]
    waits, late, lost = [], 0, 0
    for done, turn in secretary.done:
        for watcher in watchers:
            found = next((one for one in watcher.seen if one[3] >= turn), None)
            if found is None:
                lost += 1
                continue
            began, ended, _status, _turn = found
            waits.append(max(0, ended - done))
            late += waits[-1] > EVERY + (ended - began) + SLACK
    span = max(one[1] for one in polls) - min(one[0] for one in polls)
    asked = len(polls) + 2 * len(secretary.taken)
    return {
        "pace": pace,
        "gestures": len(secretary.done),
        "refused": secretary.refused,
        "broken": sum(one.broken for one in watchers),
        "requests_per_second": round(asked / span, 1),
        "unchanged": round(sum(one[2] == 304 for one in polls) / len(polls), 3),
        "ms_changed": _spread(
            [1000 * (b - a) for a, b, code, _t in polls if code != 304]
        ),
        "ms_unchanged": _spread(
            [1000 * (b - a) for a, b, code, _t in polls if code == 304]
        ),
        "ms_gesture": _spread(secretary.taken),
        "seconds_until_seen": _spread(waits),
        "late": late,
        "lost": lost,
        "behind": sum(one.seen[-1][3] != secretary.turn for one in watchers),
    }


def _spread(samples):
    if len(samples) < 2:
        return {"samples": len(samples)}
    return {
        "p50": round(statistics.median(samples), 2),
        "p95": round(statistics.quantiles(samples, n=20, method="inclusive")[18], 2),
        "max": round(max(samples), 2),
        "samples": len(samples),
    }


def capacity(said, sitting):
    """Answers a second when eight ask without a pause: all changed, or none."""
    path = f"/commission/{sitting['pk']}/seance/vue/membre/"
    found = {}
    for name, knows in (("changed", False), ("unchanged", True)):
        until, counts = time.perf_counter() + 5, []

        def ask(session, knows=knows, until=until, counts=counts):
            browser, headers, n = Browser(PORT, session), {}, 0
            while time.perf_counter() < until:
                browser.get(path, headers)
                if knows:
                    headers = {"If-None-Match": browser.headers["ETag"]}
                n += 1
            counts.append(n)

        threads = [
            threading.Thread(target=ask, args=[one]) for one in said["members"][:8]
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        found[name] = round(sum(counts) / 5, 1)
    return found


# --- The parent -----------------------------------------------------------------------------
def main():
    with ExitStack() as stack:
        var = stack.enter_context(harness.scratch())
        url = stack.enter_context(harness.database("_sitting"))
        env = harness.prepared(url, var)
        child = [sys.executable, "-m", "bench.sitting", url, str(var)]
        said = json.loads(subprocess.check_output(child, cwd=harness.ROOT, text=True))
        rows = []
        for pace, sitting in zip(PACES, said["sittings"], strict=True):
            before = _used()
            with served(env, PORT, workers=WEB):
                rows.append(told(*follow(said, sitting, pace), pace))
            rows[-1]["web_cores"] = round((_used() - before) / SECONDS, 2)
        with served(env, PORT, workers=WEB):
            most = capacity(said, said["sittings"][0])
    harness.emit(
        "sitting",
        sizes={"clients": CLIENTS, "seconds": SECONDS, "web": WEB},
        paces=rows,
        answers_per_second=most,
        missed=list(_missed(rows)),
    )


def _used():
    """Seconds of processor of the children that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _missed(rows):
    for row in rows:
        for name in ("lost", "late", "behind", "broken"):
            if row[name]:
                yield f"a gesture every {row['pace']} s: {row[name]} {name}"
        if row["refused"]:
            yield f"a gesture every {row['pace']} s: refused {row['refused']}"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        fill(*sys.argv[1:])
    else:
        main()
