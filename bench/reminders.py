"""Ten thousand reminders through a mail server of our own: ``python -m bench.reminders``.

The engine writes them and the outbox delivers them all, by the sweeps that beat rings:
none lost, none twice. Then the same messages are handed over in rounds that take turns:
over one connection that is kept, and over one for each, with a server that answers at
once and with one that takes 20 ms to be connected to. What the database does with each
row is the same for both, and stands in the figures of the whole delivery alone. The
server is a process of its own and says whom it heard of.
"""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from bench import _harness as harness

PEOPLE, ROUNDS, AT_ONCE, SLOW = 10_000, 5, 1000, 200
PORT, DELAY = 8164, 0.020
KEPT, EACH = "connection_kept", "one_connection_each"
TARGETS = {0: 1.6, DELAY: 8}


def main():
    with harness.scratch() as var, harness.database("_reminders") as url:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{PORT}"}
        env = harness.prepared(url, var) | mail
        harness.up(env)
        stage = Stage()
        wrote = stage.remind()
        with sink(0) as heard:
            took = stage.deliver()
            everybody = heard()
            rates = {0: stage.rates(AT_ONCE, AT_ONCE)}
        with sink(DELAY):
            rates[DELAY] = stage.rates(AT_ONCE, SLOW)
        harness.close()
    ratios = {
        delay: harness.median(some[KEPT]) / harness.median(some[EACH])
        for delay, some in rates.items()
    }
    lost = stage.addresses - set(everybody)
    twice = [address for address, n in Counter(everybody).items() if n > 1]
    harness.emit(
        "reminders",
        sizes={"reminders": PEOPLE, "round": AT_ONCE, "slow_round": SLOW},
        written_per_second=round(PEOPLE / wrote),
        delivered_per_second=round(PEOPLE / took),
        per_second={
            f"{delay * 1000:.0f} ms": {
                kind: harness.figures(some, 1) for kind, some in kinds.items()
            }
            for delay, kinds in rates.items()
        },
        ratio={f"{d * 1000:.0f} ms": round(r, 2) for d, r in ratios.items()},
        lost=len(lost),
        twice=len(twice),
        missed=[
            *(["lost"] if lost else []),
            *(["twice"] if twice else []),
            *(
                f"{delay * 1000:.0f} ms: {ratios[delay]:.2f}"
                for delay, least in TARGETS.items()
                if ratios[delay] < least
            ),
        ],
    )


class Stage:
    """A session tomorrow at which everybody is expected, and the day before it."""

    def __init__(self):
        from datetime import datetime
        from datetime import time as clock_time

        from agency.activities.models import Activity, Season, Session, Venue
        from agency.core.clock import PARIS, today
        from agency.people.models import Person

        self.people = Person.objects.bulk_create(
            Person(
                email=f"p{n}@example.org",
                given_name="Given",
                family_name=f"Family {n}",
                password="!",
            )
            for n in range(PEOPLE)
        )
        self.addresses = {person.email for person in self.people}
        season = Season.objects.create(
            name="S", starts_on="2020-09-01", ends_on="2099-08-31"
        )
        activity = Activity.objects.create(
            kind="peer_group",
            title="Announce without wearing oneself out",
            slug="activity",
            season=season,
            summary="Three mornings.",
            officer=Person.objects.create(email="officer@example.org"),
            state="running",
        )
        self.eve = datetime.combine(
            today() + timedelta(days=20), clock_time(10), tzinfo=PARIS
        )
        start = self.eve + timedelta(days=1)
        session = Session.objects.create(
            activity=activity,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            venue=Venue.objects.create(name="Hall", address="1 street", city="Town"),
        )
        self.expect(session)

    def expect(self, session):
        from agency.activities.models import Enrolment, Participation
        from agency.core.clock import now

        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                activity=session.activity,
                person=person,
                state="confirmed",
                confirmed_at=now(),
            )
            for person in self.people
        )
        Participation.objects.bulk_create(
            Participation(session=session, person=one.person, enrolment=one)
            for one in enrolments
        )

    def remind(self):
        """Seconds that the engine takes to write them all, as often as beat rings."""
        from agency.core.bell import silent
        from agency.core.clock import travel
        from agency.mail import reminders
        from agency.mail.models import OutgoingEmail

        began = time.perf_counter()
        with travel(self.eve), silent():
            while OutgoingEmail.objects.count() < PEOPLE:
                assert reminders.run()
        return time.perf_counter() - began

    def deliver(self):
        """Seconds until all have left, by the sweeps that beat rings."""
        from agency.core.clock import travel
        from agency.mail import delivery
        from agency.mail.models import OutgoingEmail

        began = time.perf_counter()
        with travel(self.eve):
            while OutgoingEmail.objects.due().exists():
                delivery.sweep()
        return time.perf_counter() - began

    def rates(self, kept, each):
        """Messages a second, over one connection and over as many as there are."""
        found = {KEPT: [], EACH: []}
        for _round in range(ROUNDS):
            for kind, size in ((KEPT, kept), (EACH, each)):
                found[kind].append(size / hand_over(size, kind))
        return found


def hand_over(size, kind):
    """Seconds to build so many messages and to give them to the server."""
    from agency.mail import transport
    from agency.mail.delivery import readable
    from agency.mail.messages import build
    from agency.mail.models import OutgoingEmail

    usual = transport.MESSAGES_PER_CONNECTION
    transport.MESSAGES_PER_CONNECTION = usual if kind == KEPT else 1
    rows = list(readable(OutgoingEmail.objects.order_by("pk"))[:size])
    began = time.perf_counter()
    for email in rows:
        transport.hand_over(build(email))
    transport.hang_up()
    took = time.perf_counter() - began
    transport.MESSAGES_PER_CONNECTION = usual
    return took


# --- The mail server, a process of its own -------------------------------------------
@contextmanager
def sink(delay):
    """Open it; what it gives answers the addresses that it heard of so far."""
    command = [sys.executable, "-m", "bench.reminders", "sink", str(delay)]
    process = subprocess.Popen(command, cwd=harness.ROOT)
    try:
        _wait()
        yield _heard
    finally:
        process.terminate()
        process.wait()


def _wait():
    until = time.monotonic() + 20
    while True:
        try:
            return _heard()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _heard():
    with socket.create_connection(("127.0.0.1", PORT)) as line, line.makefile() as said:
        said.readline()
        line.sendall(b"HEARD\r\n")
        return json.loads(said.readline().partition(" ")[2])


class Server:
    """The little of SMTP that a client of ours says."""

    def __init__(self, delay):
        self.delay, self.heard = delay, []

    async def serve(self, reader, writer):
        await asyncio.sleep(self.delay)
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                self.heard.append(re.search(rb"<(.*?)>", line).group(1).decode())
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                await reader.readuntil(b"\r\n.\r\n")
            if verb == b"HEAR":
                writer.write(b"250 " + json.dumps(self.heard).encode() + b"\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")
            await writer.drain()
            if verb == b"QUIT":
                break
        writer.close()


async def listen(delay):
    limit = 2**24
    server = await asyncio.start_server(
        Server(delay).serve, "127.0.0.1", PORT, limit=limit
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["sink"]:
        asyncio.run(listen(float(sys.argv[2])))
    else:
        main()
