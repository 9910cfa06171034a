"""Pages at 1,000 and 10,000 rows beside the floor, for the benches that name them.

Real HTTP, a connection that stays open, one server process for each size: they take
turns at every page, so that what slows the machine down slows all of them. A bench
gives ``LISTS`` and ``filled(size)``: {name: (reader or None, address)} of a full house.
"""

import json
import subprocess
import sys
import time
from contextlib import ExitStack

from bench import _harness as harness
from bench._web import Browser, served

SIZES = (1_000, 10_000)
PORTS = (8165, 8166)
ROUNDS, WARM = 60, 10
FLOOR = "floor"
MAX_RATIO, MAX_GROWTH, MAX_LIST, MAX_DETAIL = 4, 1.3, 12, 15


def run(name, lists, filled, near=frozenset()):
    """The whole bench; called with a size, it is the child that fills one house.

    ``near``: the pages of detail that take as many floors as a list, at most.
    """
    if len(sys.argv) > 1:
        fill(filled, int(sys.argv[1]), *sys.argv[2:])
    else:
        report(name, lists, near, *measure(name))


# --- The child: one size -----------------------------------------------------
def fill(filled, size, url, var):
    """Fill the database; say the queries of each page and the session of its reader."""
    harness.up(harness.environment(url, var))
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    said = {}
    named = {FLOOR: (None, "/floor/")} | filled(size)
    for name, (reader, address) in named.items():
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


# --- The parent --------------------------------------------------------------
class House:
    """The agency at one size, behind a server of its own."""

    def __init__(self, said, port):
        self.said = said
        self.browsers = {
            name: Browser(port, one["session"]) for name, one in said.items()
        }

    def ask(self, name):
        """The milliseconds of a page, from the first byte sent to the last received."""
        began = time.perf_counter()
        status, _where, _page = self.browsers[name].get(self.said[name]["address"])
        assert status == 200, (name, status)
        return (time.perf_counter() - began) * 1000


def measure(name):
    with ExitStack() as stack:
        var = stack.enter_context(harness.scratch())
        houses = {}
        harness.prepared(stack.enter_context(harness.database()), var)
        for size, port in zip(SIZES, PORTS, strict=True):
            url = stack.enter_context(harness.database(f"_{size}", template=""))
            child = [sys.executable, "-m", f"bench.{name}", str(size), url, str(var)]
            told = subprocess.check_output(child, cwd=harness.ROOT, text=True)
            env = harness.environment(url, var)
            stack.enter_context(served(env, port, workers=1))
            houses[size] = House(json.loads(told), port)
        names = list(houses[SIZES[0]].said)
        for page in names * WARM:
            for house in houses.values():
                house.ask(page)
        times = {(page, size): [] for page in names for size in SIZES}
        for _round in range(ROUNDS):
            for page in names:
                for size, house in houses.items():
                    times[page, size].append(house.ask(page))
    return {size: house.said for size, house in houses.items()}, times


def report(bench, lists, near, said, times):
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
            "queries": [said[size][name]["queries"] for size in SIZES],
            "kilobytes": round(said[large][name]["bytes"] / 1024, 1),
        }
        missed += _missed(name, rows[name], name in lists, name in {*lists, *near})
    harness.emit(bench, sizes=SIZES, rounds=ROUNDS, pages=rows, missed=missed)


def _missed(name, row, is_list, is_near):
    if name == FLOOR:
        return
    few, many = row["queries"]
    if few != many:
        yield f"{name}: {few} queries at 1,000, {many} at 10,000"
    if many > (MAX_LIST if is_list else MAX_DETAIL):
        yield f"{name}: {many} queries"
    if row["growth"] > MAX_GROWTH:
        yield f"{name}: {row['growth']} times slower at 10,000"
    if is_near and row["to_floor"] > MAX_RATIO:
        yield f"{name}: {row['to_floor']} times the floor"
