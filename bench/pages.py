"""Pages at 1,000 and 10,000 enrolments beside the floor: ``python -m bench.pages``.

Two processes, one for each size, take turns at every page: what slows the machine down
slows both.
"""

import json
import subprocess
import sys
from contextlib import ExitStack

from bench import _harness as harness

SIZES = (1_000, 10_000)
ROUNDS = 60
FLOOR = "floor"
MAX_RATIO, MAX_GROWTH, MAX_LIST, MAX_DETAIL = 4, 1.3, 12, 15
LISTS = {"catalogue", "agenda", "admin enrolments"}


def pages(officer, member):
    """Each page with who reads it."""
    return {
        FLOOR: (None, "/floor/"),
        "home": (None, "/"),
        "catalogue": (None, "/activites/"),
        "catalogue filtered": (
            None,
            "/activites/?genre=peer_group&places=1&q=mornings",
        ),
        "activity": (member, "/activites/activity-1/"),
        "agenda": (None, "/agenda/"),
        "own space": (member, "/mon-espace/"),
        "admin morning": (officer, "/gestion/"),
        "admin enrolments": (officer, "/gestion/activities/enrolment/"),
        "admin enrolments searched": (
            officer,
            "/gestion/activities/enrolment/?q=family00042",
        ),
        "admin sessions": (officer, "/gestion/activities/session/"),
    }


# --- The child: one size -----------------------------------------------------
def serve(size, url, var):
    """Fill the database, then answer each page asked for with its milliseconds."""
    harness.up(harness.environment(url, var))
    from django.db import connection

    from bench._data import fill

    clients = _clients(*fill(size))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_measure(clients, *json.loads(line))), flush=True)


def _clients(officer, member):
    from django.test import Client

    clients = {}
    for name, (reader, address) in pages(officer, member).items():
        clients[name] = (Client(), address)
        if reader:
            clients[name][0].force_login(reader)
    return clients


def _measure(clients, name, counted):
    import time

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = clients[name]
    if counted:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, (name, response.status_code)
        return {"queries": len(queries), "bytes": len(response.content)}
    began = time.perf_counter()
    client.get(address)
    return {"ms": (time.perf_counter() - began) * 1000}


# --- The parent --------------------------------------------------------------
class House:
    """A process that holds the agency at one size."""

    def __init__(self, size, url, var):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.pages", str(size), url, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=harness.ROOT,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def ask(self, name, *, counted=False):
        self.process.stdin.write(json.dumps([name, counted]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def measure():
    names = list(pages(None, None))
    with ExitStack() as stack:
        var = stack.enter_context(harness.scratch())
        houses = {}
        harness.prepared(stack.enter_context(harness.database()), var)
        for size in SIZES:
            url = stack.enter_context(harness.database(f"_{size}", template=""))
            houses[size] = House(size, url, var)
            stack.callback(houses[size].close)
        counts = {
            (name, size): houses[size].ask(name, counted=True)
            for name in names
            for size in SIZES
        }
        for name in names:
            for size in SIZES:
                houses[size].ask(name)
        times = {(name, size): [] for name in names for size in SIZES}
        for _round in range(ROUNDS):
            for name in names:
                for size in SIZES:
                    times[name, size].append(houses[size].ask(name)["ms"])
    return counts, times


def report(counts, times):
    large = SIZES[-1]
    floor = harness.figures(times[FLOOR, large])
    rows, missed = {}, []
    for name in dict.fromkeys(name for name, _size in times):
        one, ten = (harness.figures(times[name, size]) for size in SIZES)
        rows[name] = {
            "ms_1000": one,
            "ms_10000": ten,
            "to_floor": round(ten["median"] / floor["median"], 2),
            "growth": round(ten["median"] / one["median"], 2),
            "queries": [counts[name, size]["queries"] for size in SIZES],
            "kilobytes": round(counts[name, large]["bytes"] / 1024, 1),
        }
        missed += _missed(name, rows[name])
    harness.emit("pages", sizes=SIZES, rounds=ROUNDS, pages=rows, missed=missed)


def _missed(name, row):
    if name == FLOOR:
        return
    few, many = row["queries"]
    if few != many:
        yield f"{name}: {few} queries at 1,000, {many} at 10,000"
    if many > (MAX_LIST if name in LISTS else MAX_DETAIL):
        yield f"{name}: {many} queries"
    if row["growth"] > MAX_GROWTH:
        yield f"{name}: {row['growth']} times slower at 10,000"
    if name in LISTS and row["to_floor"] > MAX_RATIO:
        yield f"{name}: {row['to_floor']} times the floor"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(int(sys.argv[1]), *sys.argv[2:])
    else:
        report(*measure())
