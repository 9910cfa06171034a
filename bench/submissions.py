"""Five hundred applications sent in the last hour: ``python -m bench.submissions``.

Real HTTP, eight clients, two processes: each reads the page before, presses, and reads
what it is told. Every "déposée" is true: as many numbers as presses, without a hole, a
revision and a computation for each. Rounds take turns with the floor's lock, count,
insert in the same server.
"""

import threading
import time

from bench import _harness as harness
from bench import registration
from bench._web import Browser, served

PORT = 8167
CLIENTS, SENT, ROUNDS = 8, 500, 5


def main():
    with harness.scratch() as var, harness.database("_submissions") as url:
        env = harness.prepared(url, var)
        harness.up(env)
        stage = Stage()
        with served(env, PORT):
            floor = [stage.floor.race(registration.FLOOR)[0]]
            said, rates, waits = [], [], []
            each = SENT // ROUNDS
            for turn in range(ROUNDS):
                rate, told = stage.send(turn * each, each, waits)
                rates.append(rate)
                said += told
                floor.append(stage.floor.race(registration.FLOOR)[0])
        missed = stage.lies(said)
        harness.close()
    harness.emit(
        "submissions",
        sizes={"clients": CLIENTS, "sent": SENT, "processes": 2},
        requests_each=3,
        sent_per_second=harness.figures(rates, 1),
        floor_posts_per_second=harness.figures(floor[1:], 1),
        share_of_floor=round(harness.median(rates) / harness.median(floor[1:]), 3),
        press_ms=harness.figures(waits),
        told_sent=len(said),
        missed=missed,
    )


class Stage:
    """Five hundred drafts that are whole, their author, and the floor beside them."""

    def __init__(self):
        from bench import _aid_data
        from grants.models import Application

        _officer, self.author = _aid_data.fill(SENT, state="draft")
        last = Application.objects.order_by("pk").first().sitting
        Application.objects.update(sitting=last)
        self.drafts = list(Application.objects.order_by("pk"))
        self.session = registration.session_of(self.author)
        self.floor = registration.Stage(PORT)

    def send(self, first, count, waits):
        """(applications sent a second, the numbers that the pages told)."""
        drafts, told = self.drafts[first : first + count], []
        start = threading.Barrier(CLIENTS + 1)
        clients = [
            threading.Thread(
                target=self._client, args=(start, drafts[n::CLIENTS], told, waits)
            )
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        start.wait()
        began = time.perf_counter()
        for client in clients:
            client.join()
        return count / (time.perf_counter() - began), told

    def _client(self, start, drafts, told, waits):
        browser = Browser(PORT, self.session)
        start.wait()
        for draft in drafts:
            page = f"/aides/demandes/{draft.uuid}/envoi/"
            assert browser.get(page)[0] == 200
            began = time.perf_counter()
            status, where, _page = browser.post(page)
            waits.append((time.perf_counter() - began) * 1000)
            assert status == 302, (status, _page[:2000])
            status, _where, page = browser.get(where)
            assert status == 200, status
            told.append((draft.pk, page))

    def lies(self, told):
        """What the pages said that is not so."""
        from grants.models import AidComputation, Application, ApplicationRevision

        rows = {row.pk: row for row in Application.objects.all()}
        ranks = sorted(int(row.number.rsplit("-", 1)[1]) for row in rows.values())
        found = []
        if ranks != list(range(1, SENT + 1)):
            found.append("numbers")
        if any(rows[key].number not in page for key, page in told):
            found.append("told otherwise")
        if any(row.state != "submitted" for row in rows.values()):
            found.append("states")
        for model in (ApplicationRevision, AidComputation):
            if model.objects.count() != SENT:
                found.append(model.__name__)
        return found


if __name__ == "__main__":
    main()
