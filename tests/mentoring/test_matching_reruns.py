"""A run can be made again, says so by its hash, and needs neither Django nor scipy to load."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given

from mentoring.matching.engine import match
from mentoring.matching.inputs import BadInput
from mentoring.matching.snapshots import fingerprint, restored, snapshot
from tests.mentoring.editions import edition, editions, mentee, mentor


@given(editions(4))
def test_run_made_again_from_its_row_is_the_same(inputs):
    again = restored(json.loads(json.dumps(snapshot(inputs))))

    assert again == inputs
    assert fingerprint(again) == fingerprint(inputs)
    assert match(again) == match(inputs)


def test_everything_counts_in_the_hash():
    first = mentor("m", wishes="e f", vetoes="x y", formats="remote")
    inputs = edition([first], [mentee("e")], locks=frozenset({("m", "e")}))
    others = [
        replace(inputs, mentors=(replace(first, wishes=("f", "e")),)),
        replace(inputs, mentors=(replace(first, vetoes=frozenset("x")),)),
        replace(inputs, mentors=(replace(first, capacity=2),)),
        replace(inputs, mentees=(mentee("e", years=1),)),
        replace(inputs, settings=replace(inputs.settings, floor=31)),
        replace(inputs, settings=replace(inputs.settings, locks=frozenset())),
    ]

    assert len({fingerprint(one) for one in (inputs, *others)}) == 7
    assert match(inputs).fingerprint == fingerprint(inputs)


def test_hash_stays_the_same_from_one_release_to_the_next():
    """Were it to change, raise VERSION: old runs must not claim to be this code's."""
    inputs = edition([mentor("m", topics="a")], [mentee("e", topics="a b")])

    assert fingerprint(inputs)[:12] == "1f956d527797"


def test_run_of_another_version_is_refused():
    data = snapshot(edition([], []))
    data["settings"]["version"] = "0"

    with pytest.raises(BadInput, match="version '0'"):
        restored(data)


def test_matching_loads_neither_django_nor_scipy():
    code = (
        "import sys, mentoring.matching.engine, mentoring.matching.bans\n"
        "print(sorted({'django', 'numpy', 'scipy'} & set(sys.modules)))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
