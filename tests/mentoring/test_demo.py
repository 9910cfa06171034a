"""The pairs that the demo tells."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from agency.core.clock import today, travel
from mentoring.demo import matching
from mentoring.demo.pairs import PairStory
from mentoring.models import MentoringApplication, Pair, PairAlert
from mentoring.services.health import pairs_health
from tests.mentoring.factories import EditionFactory, RunningEditionFactory
from tests.mentoring.matches import names, two_by_two
from tests.people.factories import PersonFactory


def seed_pair(edition, mentor, mentee, **said):
    """The pair, its scenes played one after the other."""
    scenes = []
    story = PairStory(
        lambda *scene: scenes.append(scene), lambda: (edition, mentor, mentee), **said
    )
    story.tell()
    for moment, action, *args in sorted(scenes, key=lambda scene: scene[0]):
        with travel(moment):
            action(*args)
    return story.pair


def test_a_pair_with_its_meetings(db, client):
    edition = RunningEditionFactory()
    mentor, mentee = PersonFactory(), PersonFactory()
    day = today() - timedelta(days=60)
    met = {"minutes": 90, "way": "remote", "topics": ["budget"], "by": "mentor"}

    pair = seed_pair(
        edition,
        mentor,
        mentee,
        began_on=day,
        meetings=[
            met | {"day": day, "shared": "Un mot.", "private": "Le mien."},
            met | {"day": today() - timedelta(days=2), "confirmed": False},
        ],
        goals=[{"text": "Un budget", "move": "reach"}, {"text": "Une lettre"}],
        plan={"day": today() + timedelta(days=20), "way": "on_site"},
    )

    assert pair.state == "active"
    assert [one.is_confirmed for one in pair.meetings.held()] == [False, True]
    page = client.sign_in(mentee).get(pair.get_absolute_url()).text
    assert all(word in page for word in ("Un mot.", "Un budget", "Prochain"))


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_not_confirmed_waits_for_the_other(db, confirmed):
    pair = seed_pair(
        RunningEditionFactory(),
        PersonFactory(),
        PersonFactory(),
        began_on=today() - timedelta(days=30),
        meetings=[
            {
                "day": today() - timedelta(days=3),
                "minutes": 60,
                "way": "remote",
                "by": "mentee",
                "confirmed": confirmed,
            }
        ],
    )

    assert pair.meetings.to_confirm("mentor").exists() is not confirmed


def test_the_matching_of_next_year_is_prepared_and_not_published(db, officer):
    edition = EditionFactory(officer=officer)
    cast = two_by_two(edition)
    who = {"mentor": cast["camille"].person, "mentoree": cast["awa"].person}
    book = SimpleNamespace(accounts=who)

    matching.prepare(SimpleNamespace(activity=edition, officer=officer, book=book))

    made = edition.match_runs.get()
    assert names(made) == {"Awa": "Sacha", "Nour": "Camille"}
    assert not made.is_published
    assert all(one.locked for one in made.proposals.all())


# --- The year under way -----------------------------------------------------------
def test_the_demo_has_eleven_pairs_of_every_colour(world):
    pairs = list(Pair.objects.order_by("pk"))
    begun = [one for one in pairs if one.is_meeting or one.is_over]

    assert Counter(one.state for one in pairs) == {
        "active": 7,
        "paused": 1,
        "ended_early": 1,
        "agreement_pending": 1,
        "proposed": 1,
    }
    seen = pairs_health(begun, quiet=())
    assert Counter(one.colour for one in seen) == {
        "green": 3,
        "orange": 1,
        "red": 3,
        "grey": 2,
    }
    causes = PairAlert.objects.values_list("cause", flat=True)
    assert sorted(causes) == ["help", "pulse"]
    own = Pair.objects.get(mentor=world.person("mentor"))
    assert (own.mentee, own.state) == (world.person("mentoree"), "active")
    # Whoever meets has signed the charter of the edition, and is expected.
    seats = {one.person_id: one.state for one in own.activity.enrolments.all()}
    meeting = [one for one in pairs if one.is_meeting]
    assert {seats[one.mentor_id] for one in meeting} == {"confirmed"}
    assert {seats[one.mentee_id] for one in meeting} == {"confirmed"}
    again = Pair.objects.get(state="proposed")
    assert again.mentee == Pair.objects.get(state="ended_early").mentee


def test_nobody_of_these_pairs_applies_but_the_two_accounts(world):
    halves = {
        key for one in Pair.objects.all() for key in (one.mentor_id, one.mentee_id)
    }
    applied = MentoringApplication.objects.filter(person__in=halves)

    assert {one.person for one in applied} == {
        world.person("mentor"),
        world.person("mentoree"),
    }


def test_what_the_demo_tells_of_no_pair_is_refused():
    with pytest.raises(TypeError, match="unknown"):
        PairStory(None, None, began_on=today(), end=1)
