"""Colours in sentences: facts, in French, without a judgement."""

import re

import pytest

from mentoring.health.colours import Action, Code, Colour, Reason, colour
from mentoring.health.ladder import Step
from mentoring.health.sentences import sentence, sentences
from tests.mentoring.pairs import day, pair, span


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("number", [0, 1, 2, 46])
def test_every_reason_has_its_sentence(code, number):
    said = sentence(Reason(code, number))

    assert re.fullmatch(r"[A-Z\u00c0\d].*\.", said)
    assert "%" not in said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason(Code.SILENT, 46), "Pas de rendez-vous depuis 46 jours."),
        (
            Reason(Code.SILENT, 46, 31),
            "Pas de rendez-vous depuis 77 jours. "
            "Dont 31 jours de repos, qui ne comptent pas.",
        ),
        (
            Reason(Code.MET, 0, 1),
            "Le bin\u00f4me s\u2019est vu il y a 1 jour. "
            "Dont 1 jour de repos, qui ne compte pas.",
        ),
        (Reason(Code.MET), "Le bin\u00f4me s\u2019est vu aujourd\u2019hui."),
        (
            Reason(Code.MISSED, 2),
            "2 rendez-vous de suite n\u2019ont pas eu lieu.",
        ),
        (
            Reason(Code.HELP),
            "De l\u2019aide a \u00e9t\u00e9 demand\u00e9e aujourd\u2019hui.",
        ),
    ],
)
def test_sentence_tells_the_days_as_a_calendar_does(reason, said):
    assert sentence(reason) == said


def test_health_is_told_the_weightiest_first():
    health = colour(pair(held=[5], agreement_since=day(0)), [span(50, 60)], day(70))

    assert sentences(health) == [
        "Pas de rendez-vous depuis 65 jours. "
        "Dont 10 jours de repos, qui ne comptent pas.",
        "La convention attend une signature depuis 70 jours. "
        "Dont 10 jours de repos, qui ne comptent pas.",
    ]


def test_colours_steps_and_actions_are_named_in_french():
    assert [one.label for one in Colour] == [
        "\u00c0 appeler",
        "\u00c0 suivre",
        "Dans le rythme",
        "En repos",
    ]
    assert Step.CALL.label == "Appeler le bin\u00f4me"
    assert Action.NOTHING.label == "Rien \u00e0 faire."


def test_nobody_is_told_whose_answer_it_was():
    """Who reads a reason does not learn which of the two was unhappy."""
    said = [sentence(Reason(code, 1)) for code in (Code.FAILS, Code.LOW, Code.MIDDLING)]

    assert not re.search("mentor", " ".join(said))
