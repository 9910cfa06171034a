"""Every finding, reason and cause has a sentence, in French for those who read it."""

import ast
import inspect
import json

import pytest
from django.utils.translation import override

from mentoring.matching import constraints, engine, scoring, sentences
from mentoring.matching.bans import Cost
from mentoring.matching.engine import Unmatched
from mentoring.matching.inputs import MAX_PAIRS, MAX_SCORE, Settings
from mentoring.matching.scoring import CRITERIA, Line
from tests.mentoring.editions import mentee, mentor

NUMBERS = {"common": 1, "wanted": 2, "mentee": 1, "mentor": 2, "years": 3}


def test_breakdown_is_told_in_french():
    pair = (
        mentor("m", topics="budget tours", years=12, wishes="e", territory="67"),
        mentee("e", topics="budget social", art_forms="circus", territory="67"),
    )
    labels = {"budget": "budget", "social": "paie"}

    with override("fr"):
        told = sentences.explained(*pair, Settings(), labels)

    assert json.loads(json.dumps(told)) == told
    assert [(one["points"], one["maximum"], one["sentence"]) for one in told] == [
        (20, 40, "Th\u00e8mes demand\u00e9s et propos\u00e9s\u202f: 1 sur 2 (budget)."),
        (0, 15, "Aucune discipline en commun."),
        (
            0,
            10,
            "Aucun type de structure n\u2019est indiqu\u00e9 par la personne accompagn\u00e9e.",
        ),
        (15, 15, "Les deux peuvent se voir sur le m\u00eame territoire."),
        (10, 10, "12 ans de m\u00e9tier de plus du c\u00f4t\u00e9 mentor\u00b7e."),
        (10, 10, "V\u0153u n\u00ba 1 c\u00f4t\u00e9 mentor\u00b7e."),
    ]


def test_no_common_topic_is_told():
    pair = mentor("m", topics="budget"), mentee("e", topics="tours")

    with override("fr"):
        told = sentences.explained(*pair, Settings())[0]

    assert (told["points"], told["label"]) == (
        0,
        "Besoins et th\u00e8mes propos\u00e9s",
    )
    assert told["sentence"].startswith("Aucun th\u00e8me en commun")


def findings():
    """Every code that a criterion of the source answers beside its share."""
    tree = ast.parse(inspect.getsource(scoring))
    beside = [n.value.elts[1:2] for n in ast.walk(tree) if returns_findings(n)]
    return {
        constant.value
        for (element,) in beside
        for constant in ast.walk(element)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }


def returns_findings(node):
    return (
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 3
    )


def test_every_finding_has_a_sentence():
    told = {finding for _criterion, finding in sentences.FINDINGS} | {"gap"}
    names = {criterion.__name__ for criterion in CRITERIA}

    assert {"unsaid", "no_gap", "too_far", "no_wish"} <= findings() <= told
    assert {criterion for criterion, _finding in sentences.FINDINGS} <= names
    assert set(sentences.CRITERIA) == names
    assert set(sentences.REASONS) >= set(constraints.REASONS)
    assert set(sentences.SHORT_REASONS) == set(constraints.REASONS)


@pytest.mark.parametrize(("criterion", "finding"), sentences.FINDINGS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_can_be_filled_in(criterion, finding, language):
    line = Line(criterion, 1, 2, finding, ("key",), NUMBERS)

    with override(language):
        said = sentences.sentence(line, {"key": "label"})

    assert "%" not in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    "cause",
    [
        *(engine.NOBODY, engine.FORBIDDEN, engine.BELOW_FLOOR),
        *(engine.CAPACITY, engine.TAKEN, engine.NO_SEAT),
    ],
)
def test_why_somebody_is_alone_is_told_with_counts(cause):
    reasons = dict.fromkeys(constraints.REASONS, 2)

    with override("fr"):
        said = sentences.why_alone(Unmatched("e", cause, 0, 12, reasons))
        short = sentences.why_alone(Unmatched("e", cause, 0, 12, {}))

    assert said.startswith(short)
    assert "m\u00eame structure\u202f: 2" in said


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Cost(0, 0, MAX_PAIRS), "ne co\u00fbte rien"),
        (Cost(0, 1, MAX_PAIRS), "co\u00fbte 1 point "),
        (Cost(0, 12, MAX_PAIRS), "co\u00fbte 12 points"),
        (Cost(1, -9, MAX_PAIRS), "co\u00fbte 1 bin\u00f4me."),
        (Cost(-1, 5, MAX_SCORE), "co\u00fbte 5 points"),
        (Cost(1, 0, MAX_SCORE), "un bin\u00f4me, et aucun point"),
    ],
)
def test_price_of_a_ban_is_told(cost, words):
    with override("fr"):
        assert words in sentences.price(cost)


def test_reason_does_not_say_whose_veto_it_is():
    with override("fr"):
        assert (
            sentences.reason("veto")
            == "L\u2019une des deux personnes ne souhaite pas ce bin\u00f4me."
        )
