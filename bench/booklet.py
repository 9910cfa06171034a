"""A booklet of 120 files: ``python -m bench.booklet``.

First its notes, by one worker process on Redis as in production, from the first bell to
the last file; then the binding, as a member asks for it, in a process of its own whose
memory is read. The sum of both is what a booklet costs from nothing.
"""

import io
import json
import resource
import subprocess
import sys
import time
from contextlib import ExitStack

import redis

from bench import _harness as harness
from bench.convocations import worker

FILES, WARM, ROUNDS, SECONDS = 120, 5, 5, 600
MAX_SECONDS = 60
# A page of prose of a report, in the sizes that rapporteurs write.
SAID = {
    "summary": "The team plays its show in four towns, and works there with schools. ",
    "context": "It has been at work for six years; this is its third creation. ",
    "budget": "The fees cover two thirds of what the journey costs. ",
    "risks": "One date is still under option. ",
}


# --- The house ---------------------------------------------------------------------
def fill():
    """A sitting of 120 files whose report is closed; those that warm the worker up, too.

    Returns the sitting, a member who reads them all, and both lists of files.
    """
    from bench import _aid_data
    from bench import _commission_data as data
    from grants.models import Application, InstructionReport, Sitting
    from grants.services import computation

    _aid_data.fill(FILES + WARM, state="ready_for_commission")
    sitting = Sitting.objects.order_by("-deadline_at").first()
    people = data.seats(sitting)
    rows = Application.objects.order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=keys[:FILES]).update(sitting=sitting)
    files = data.in_review(sitting, people, FILES)
    others = data.read(keys[FILES:])
    data.sent(others, people[0])
    for one in (*files, *others):
        computation.compute(one)
    InstructionReport.objects.bulk_create(
        InstructionReport(
            application=one,
            opinion="favourable",
            **{name: words * 8 for name, words in SAID.items()},
        )
        for one in (*files, *others)
    )
    return sitting, people[0], files, others


def made(files):
    """Seconds from the first bell until each of ``files`` has its note."""
    from grants import booklet, tasks

    began = time.perf_counter()
    for one in files:
        tasks.make_note.delay(one.pk)
    while len(booklet.notes(files)) < len(files):
        if time.perf_counter() - began > SECONDS:
            raise TimeoutError(f"{len(booklet.notes(files))} notes of {len(files)}")
        time.sleep(0.1)
    return time.perf_counter() - began


# --- The child: it binds ---------------------------------------------------------------
def bind(url, var, sitting, reader):
    """What a member is given: seconds, pages, megabytes, and what it took of memory."""
    harness.up(harness.environment(url, var))
    import pikepdf
    from django.test import Client

    from agency.people.models import Person

    client = Client()
    client.force_login(Person.objects.get(pk=reader))
    client.get(f"/commission/{sitting}/")
    before, samples = _memory(), []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        response = client.get(f"/commission/{sitting}/cahier/")
        assert response.status_code == 200, response.status_code
        data = b"".join(response.streaming_content)
        samples.append(time.perf_counter() - began)
    peak = _memory()
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        pages, bookmarks = len(pdf.pages), len(outline.root)
    harness.close()
    print(
        json.dumps(
            {
                "first": round(samples[0], 2),
                "seconds": harness.figures(samples),
                "pages": pages,
                "bookmarks": bookmarks,
                "megabytes": round(len(data) / 1e6, 2),
                "memory_before": before,
                "memory_peak": peak,
            }
        )
    )


def _memory():
    """The most that this process ever held, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


# --- The parent ------------------------------------------------------------------------
def main():
    with ExitStack() as stack:
        var = stack.enter_context(harness.scratch())
        url = stack.enter_context(harness.database("_booklet"))
        env = harness.prepared(url, var)
        redis.Redis.from_url(harness.REDIS).flushdb()
        harness.up(env)
        sitting, reader, files, others = fill()
        with worker(env, processes=1):
            made(others)
            seconds = made(files)
        harness.close()
        child = [sys.executable, "-m", "bench.booklet", url, str(var)]
        child += [str(sitting.pk), str(reader.pk)]
        bound = json.loads(subprocess.check_output(child, cwd=harness.ROOT, text=True))
    whole = seconds + bound["first"]
    harness.emit(
        "booklet",
        sizes={"files": FILES},
        notes={"seconds": round(seconds, 1), "a_note": round(seconds / FILES, 3)},
        binding=bound,
        from_nothing=round(whole, 1),
        missed=[
            *(["seconds"] if whole > MAX_SECONDS else []),
            *(["bookmarks"] if bound["bookmarks"] != FILES else []),
        ],
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        bind(*sys.argv[1:])
    else:
        main()
