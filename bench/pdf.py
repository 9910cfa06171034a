"""How long a convocation takes, and what a worker keeps after six hundred of them.

    python bench/pdf.py [--rounds 30] [--letters 600] [--typst /venv/with/typst/bin/python]

Prints one JSON line. Every round makes one letter in each way, so that what else the
machine does weighs on all of them; each way has a process of its own, as a worker has: ours (``agency.documents.engine``), WeasyPrint as
one meets it first (the same letter and style sheet, nothing kept) with the site's woff2
fonts, the same with our TTF, and Typst when a Python that has it is given. Times are of the processor, in milliseconds. Targets of
DESIGN 9: at least 4 times naive woff2, 1.8 times naive TTF, at most 6 times Typst;
memory after 600 letters at most 1.4 times that after the first.
"""

import argparse
import gc
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency.settings.test")

TARGETS = {
    "naive_woff2_to_ours": (">=", 4),
    "naive_ttf_to_ours": (">=", 1.8),
    "ours_to_typst": ("<=", 6),
    "memory": ("<=", 1.4),
}
FAMILIES = ("Atkinson Hyperlegible Next", "Bricolage Grotesque")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--letters", type=int, default=600)
    parser.add_argument("--typst", help="a Python that has the package typst")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--typst-loop", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.typst_loop:
        return typst_loop()
    if options.way:
        return way_loop(options.way)
    if options.memory_of:
        return print(json.dumps(memory_here(options.memory_of)))
    return print(json.dumps(measured(options), ensure_ascii=False))


def measured(options):
    times = race(ways(options.typst), options.rounds)
    memory = json.loads(ourselves(sys.executable, f"--memory-of={options.letters}"))
    middle = {name: statistics.median(values) for name, values in times.items()}
    ratios = {
        "naive_woff2_to_ours": middle["naive_woff2"] / middle["ours"],
        "naive_ttf_to_ours": middle["naive_ttf"] / middle["ours"],
        "memory": memory["after_all_mb"] / memory["after_first_mb"],
    }
    if "typst" in middle:
        ratios["ours_to_typst"] = middle["ours"] / middle["typst"]
    return {
        "bench": "pdf",
        "machine": machine(),
        "rounds": options.rounds,
        "ms": {name: summary(values) for name, values in times.items()},
        "memory": memory | {"letters": options.letters},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "met": {name: met(name, value) for name, value in ratios.items()},
    }


def start():
    import django

    django.setup()


def race(runners, rounds):
    """One letter of each way per round, each round in another order."""
    for run in runners.values():
        run(0)
    times = {name: [] for name in runners}
    names = list(runners)
    for turn in range(1, rounds + 1):
        names.append(names.pop(0))
        for name in names:
            times[name].append(runners[name](turn))
    return times


def ways(typst):
    """{name: milliseconds of the processor for the letter of a turn}, each in its process."""
    found = {name: asked(child(sys.executable, "--way", name)) for name in WAYS}
    if typst:
        loop = child(typst, "--typst-loop")
        found |= {"typst": asked(loop, "fresh "), "typst_kept": asked(loop, "kept ")}
    return found


def child(python, *arguments):
    return subprocess.Popen(
        [python, __file__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def asked(loop, way=""):
    def run(turn):
        loop.stdin.write(f"{way}Camille Aubrac {turn}\n")
        loop.stdin.flush()
        return float(loop.stdout.readline())

    return run


def way_loop(name):
    """The child: one letter for each line, which is the name of its reader."""
    start()
    from tests.documents import letters

    make = WAYS[name]()
    for line in sys.stdin:
        given = letters.context(person=letters.person(*line.strip().split(" ", 1)))
        gc.collect()  # nobody pays for what the letter before left behind
        before = time.process_time()
        make(given)
        print((time.process_time() - before) * 1000, flush=True)


def ours():
    from agency.documents import engine
    from tests.documents import letters

    engine.warm()
    return lambda given: engine.render(letters.TEMPLATE, given)


def naive(css):
    """WeasyPrint as its first page shows it: everything read anew for each letter."""
    from weasyprint import CSS, HTML

    from agency.documents import engine
    from tests.documents import letters

    base = (ROOT / "static/css/print.css").as_uri()

    def make(context):
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
        html = HTML(string=engine.source(letters.TEMPLATE, context), base_url=base)
        style = CSS(string=css, base_url=base, font_config=fonts)
        return html.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
        )

    return make


def ttf_sheet():
    return (ROOT / "static/css/print.css").read_text("utf-8")


def woff2_sheet():
    """Our style sheet, with the site's fonts in the place of their TTF instances."""
    tokens = (ROOT / "static/css/tokens.css").read_text("utf-8")
    ours = re.findall(r"@font-face {.*?}\n", ttf_sheet())
    replaced = [face for face in ours if any(name in face for name in FAMILIES)]
    rest = ttf_sheet()
    for face in replaced:
        rest = rest.replace(face, "")
    return "\n".join(re.findall(r"@font-face {.*?}", tokens)) + rest


WAYS = {
    "ours": ours,
    "naive_woff2": lambda: naive(woff2_sheet()),
    "naive_ttf": lambda: naive(ttf_sheet()),
}


def typst_loop():
    import typst

    source = str(ROOT / "bench/convocation.typ")
    fonts = {
        "root": str(ROOT),
        "font_paths": [str(ROOT / "static/fonts/pdf")],
        "ignore_system_fonts": True,
    }
    kept = typst.Compiler(source, **fonts)

    def fresh(name, **options):
        return typst.compile(source, **fonts, **options, sys_inputs={"name": name})

    def again(name, **options):
        return kept.compile(**options, sys_inputs={"name": name})

    for line in sys.stdin:
        way, _, name = line.strip().partition(" ")
        before = time.process_time()
        {"fresh": fresh, "kept": again}[way](name, format="pdf", pdf_standards=["ua-1"])
        print((time.process_time() - before) * 1000, flush=True)


def memory_here(letters_wanted):
    """Resident memory of one worker after its first letter and after all of them."""
    start()
    from agency.documents import engine
    from tests.documents import letters

    engine.warm()
    seen = []
    for turn in range(letters_wanted):
        person = letters.person("Camille", f"Aubrac {turn}")
        engine.render(letters.TEMPLATE, letters.context(person=person))
        seen.append(resident())
    return {
        "after_first_mb": seen[0],
        "after_all_mb": seen[-1],
        "min_mb": min(seen),
        "median_mb": statistics.median(seen),
        "max_mb": max(seen),
    }


def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def ourselves(python, *arguments):
    command = [python, __file__, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def machine():
    import django
    import weasyprint

    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "django": django.__version__,
        "weasyprint": weasyprint.__version__,
    }


def summary(values):
    return {
        "min": round(min(values), 1),
        "median": round(statistics.median(values), 1),
        "max": round(max(values), 1),
    }


def met(name, value):
    sign, target = TARGETS[name]
    return value >= target if sign == ">=" else value <= target


if __name__ == "__main__":
    main()
