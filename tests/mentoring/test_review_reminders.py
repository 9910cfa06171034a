"""Who is asked for a review: each once, then once more; never in a quiet period."""

from datetime import timedelta

import pytest

from agency.core.clock import now, today, travel
from agency.mail import reminders
from agency.mail.models import OutgoingEmail, QuietPeriod
from mentoring.models import Pair
from tests.mentoring.factories import PairFactory, ReviewFactory

pytestmark = pytest.mark.django_db
NOON = now().replace(hour=11, minute=0)
DAY = timedelta(days=1)


@pytest.fixture
def pair():
    with travel(NOON):
        dates = {"mid_term_on": today() + 20 * DAY, "final_on": today() + 200 * DAY}
        return PairFactory(active=True, activity__details=dates)


def asked(days, times=2):
    """Run the engine twice at noon, so many days from now; what was written in all."""
    with travel(NOON + days * DAY):
        for _run in range(times):
            reminders.run()
    rows = OutgoingEmail.objects.filter(template__contains="/review_")
    return sorted((one.template.split("_")[-1], one.person_id) for one in rows)


def both(pair, word):
    return sorted((word, pk) for pk in (pair.mentor_id, pair.mentee_id))


def test_each_is_invited_once_then_reminded_once(pair):
    assert asked(5) == []
    assert asked(6) == both(pair, "invitation")
    assert asked(13) == both(pair, "invitation")
    assert asked(16) == both(pair, "invitation") + both(pair, "reminder")
    assert asked(20) == both(pair, "invitation") + both(pair, "reminder")
    said = OutgoingEmail.objects.filter(template__endswith="invitation").first()
    assert f"/mentorat/binomes/{pair.uuid}/bilan/mi-parcours/" in said.text


def test_the_final_one_is_asked_for_too(pair):
    asked(6)

    assert len(asked(190)) == 4


def test_whoever_has_sent_theirs_is_left_in_peace(pair):
    ReviewFactory(pair=pair, side="mentor")

    assert asked(7) == [("invitation", pair.mentee_id)]


@pytest.mark.parametrize("state", ["paused", "completed"])
def test_a_pair_that_does_not_meet_is_left_in_peace(pair, state):
    ended = {"ended_at": now()} if state == "completed" else {}
    Pair.objects.update(state=state, **ended)

    assert asked(7) == []
    assert asked(18) == []


def test_quiet_weeks_are_quiet_and_what_is_late_is_said_once(pair):
    first = today() + 4 * DAY
    QuietPeriod.objects.create(
        label="\u00c9t\u00e9", starts_on=first, ends_on=first + 6 * DAY
    )

    assert asked(8) == []
    assert asked(12) == both(pair, "invitation")
    assert asked(28) == both(pair, "invitation")
