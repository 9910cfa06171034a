"""The ladder and the barometer through the daily task: invariants 26 and 27 of c7."""

from datetime import datetime, time, timedelta

import pytest

from agency.core.clock import PARIS, now, paris, today, travel
from agency.core.models import JobRun
from agency.mail import delivery
from agency.mail.models import OutgoingEmail, QuietPeriod
from mentoring import tasks
from mentoring.choices import EndReason, Way
from mentoring.health.colours import Colour
from mentoring.models import NudgeSent, PairAlert, PulseCheck
from mentoring.services import alerts, health, meetings, pairs, presses, tending
from mentoring.services.meetings import Facts
from tests.mentoring.factories import (
    NudgeSentFactory,
    PairFactory,
    PairMeetingFactory,
    PulseCheckFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FOLDER = "mentoring/emails/"


def launched(days, **more):
    """A pair that began so many days ago, and to which nothing else happened."""
    pair = PairFactory(active=True, activated_at=paris(now()) - days * DAY, **more)
    for number in (1, 2, 3):
        for side in ("mentor", "mentee"):
            PulseCheckFactory(pair=pair, side=side, number=number)
    return pair


def morning(away=0):
    """6:35 in Paris, so many days from today."""
    return travel(datetime.combine(today() + away * DAY, time(6, 35), PARIS))


def written(name):
    return OutgoingEmail.objects.filter(template=f"{FOLDER}{name}")


def readers(name):
    return sorted(written(name).values_list("person", flat=True))


# --- 27: the ladder stops on an answer, one mail per step -----------------------------
def test_each_step_leaves_once_to_each_of_the_two():
    pair = launched(36)
    both = sorted([pair.mentor_id, pair.mentee_id])
    asked = []

    # The interval of 30 days, then 7, 14, 21 and 45.
    for away in range(45):
        with morning(away):
            tasks.tend_pairs()
            JobRun.objects.all().delete()
            tasks.tend_pairs()
            asked.append(sorted(NudgeSent.objects.values_list("step", flat=True)))

    assert asked[0] == []
    assert [asked[day] for day in (1, 7, 8, 14, 15, 38, 39)] == [
        *([1], [1], [1, 2], [1, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3, 4]),
    ]
    assert readers("pair_nudge") == both
    assert readers("pair_nudge_again") == both
    assert [one.cause for one in PairAlert.objects.order_by("opened_at", "pk")] == [
        *("call", "discuss_end", "silent"),
    ]
    # The colour alone writes to the officer; calls to make stand on their morning page.
    assert readers("pair_alert") == [pair.activity.officer_id]


def test_each_letter_is_other_words():
    nudge = NudgeSentFactory()
    again = NudgeSentFactory(pair=nudge.pair, step=2)
    tending.LETTERS[1](nudge, "mentor")
    tending.LETTERS[2](again, "mentor")

    first, second = written("pair_nudge").get(), written("pair_nudge_again").get()
    assert first.subject != second.subject
    for letter in (first, second):
        assert all(word in letter.text for word in ("vus", "date", "aide"))
        assert letter.has_secret
        assert "/rappels/" not in letter.text + letter.html


ANSWERS = {
    "met": lambda pair: meetings.log(
        pair, Facts(today(), 60, Way.REMOTE), by=pair.mentee
    ),
    "date": lambda pair: meetings.plan(
        pair, Facts(today() + 3 * DAY, None, Way.REMOTE), by=pair.mentor
    ),
    "help": lambda pair: alerts.ask_help(pair, by=pair.mentee),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_stops_the_ladder(answer):
    pair = launched(38)
    with morning():
        tasks.tend_pairs()
    assert readers("pair_nudge") == sorted([pair.mentor_id, pair.mentee_id])

    ANSWERS[answer](pair)
    for away in (7, 14, 21, 30):
        with morning(away):
            tasks.tend_pairs()

    assert not written("pair_nudge_again").exists()
    assert not PairAlert.objects.filter(cause="call").exists()


def test_what_has_not_left_yet_is_called_off_by_an_answer():
    """Written at 6:35, it leaves at 8: at 7 somebody noted a meeting."""
    pair = launched(38)
    with morning():
        tasks.tend_pairs()
        ANSWERS["met"](pair)

    delivery.sweep()

    assert [one.state for one in written("pair_nudge")] == ["suppressed"] * 2
    assert not written("pair_nudge").exclude(secret=None).exists()


@pytest.mark.parametrize("end", ["end_early", "pause"])
def test_a_pair_that_ends_while_a_nudge_is_in_flight(end):
    pair = launched(38, activity__details={"interval_days": 29})
    PulseCheck.objects.all().delete()
    with morning():
        tasks.tend_pairs()
        assert written("pair_nudge").count() == 2
        assert written("pair_pulse").count() == 2
        if end == "pause":
            pairs.pause(pair)
        else:
            pairs.end_early(pair, by=pair.mentee, category=EndReason.TIME)

    delivery.sweep()

    left = OutgoingEmail.objects.filter(state="sent", template__startswith=FOLDER)
    assert not left.filter(template__contains="nudge").exists()
    assert not left.filter(template__contains="pulse").exists()


def test_a_pair_that_ended_since_it_was_read_is_left_in_peace():
    pair = launched(38)
    with morning():
        [work] = tending.work_of([pair])
        assert work.step
        pairs.end_early(pair, by=pair.mentee, category=EndReason.TIME)
        tending._tend(pair)

    assert not NudgeSent.objects.exists()
    assert not written("pair_nudge").exists()


def test_nothing_is_said_after_the_year_of_the_edition():
    launched(38, activity__details={"ends_on": today() - DAY})

    with morning():
        tasks.tend_pairs()

    assert not NudgeSent.objects.exists()


def test_before_half_past_six_and_twice_a_day_nothing_is_looked_at():
    launched(38)
    with travel(datetime.combine(today(), time(6, 20), PARIS)):
        tasks.tend_pairs()
    assert not JobRun.objects.filter(name=tending.JOB).exists()

    with morning():
        tasks.tend_pairs()
        NudgeSent.objects.all().delete()
        tasks.tend_pairs()
    assert not NudgeSent.objects.exists()


def test_one_pair_that_fails_holds_nobody_back_and_is_tried_again(monkeypatch, caplog):
    first, second = launched(38), launched(38)
    real = tending._tend

    def broken(pair):
        if pair.pk == first.pk:
            raise ValueError
        real(pair)

    monkeypatch.setattr(tending, "_tend", broken)
    with morning():
        tasks.tend_pairs()
        assert [one.pair for one in NudgeSent.objects.all()] == [second]
        monkeypatch.undo()
        tasks.tend_pairs()

    assert NudgeSent.objects.count() == 2
    assert written("pair_nudge").count() == 4


# --- 26: quiet periods ----------------------------------------------------------------
def quiet(first, last):
    return QuietPeriod.objects.create(
        label="\u00c9t\u00e9",
        starts_on=today() + first * DAY,
        ends_on=today() + last * DAY,
    )


def test_nobody_is_nudged_in_a_quiet_period_nor_all_at_once_after_it():
    pair = launched(36)
    quiet(0, 20)

    for away in range(22):
        with morning(away):
            tasks.tend_pairs()
    assert not OutgoingEmail.objects.exists()
    # 36 days before it, and one after: the rest did not count.
    with morning(22):
        tasks.tend_pairs()

    assert readers("pair_nudge") == sorted([pair.mentor_id, pair.mentee_id])
    assert not written("pair_nudge_again").exists()


def test_the_colours_around_a_quiet_period():
    pair = launched(90)
    PairMeetingFactory(pair=pair, day=today() - 40 * DAY)
    assert health.health_of(pair).colour == Colour.GREEN
    period = quiet(-30, -1)
    with travel(now() + 20 * DAY):
        assert health.health_of(pair).colour == Colour.GREEN

    period.delete()
    with travel(now() + 20 * DAY):
        assert health.health_of(pair).colour == Colour.ORANGE
    quiet(0, 5)
    assert health.health_of(pair).colour == Colour.GREY


def test_put_off_by_one_of_the_two_it_waits_thirty_days_at_most():
    pair = launched(36)
    presses.snooze(pair, 30, by=pair.mentor)

    for away in (5, 20, 29, 30):
        with morning(away):
            tasks.tend_pairs()
    assert not NudgeSent.objects.exists()
    with morning(31):
        tasks.tend_pairs()
    assert NudgeSent.objects.get().step == 1

    with pytest.raises(meetings.MoveBlocked, match="trente"):
        presses.snooze(pair, 31, by=pair.mentor)


# --- The barometer --------------------------------------------------------------------
def test_it_is_asked_on_day_thirty_then_every_sixty_days():
    pair = PairFactory(active=True, activated_at=now() - 29 * DAY)
    PairMeetingFactory(pair=pair, day=today() - DAY)
    counted = []

    for away in (0, 1, 2, 60, 61, 62):
        with morning(away):
            tasks.tend_pairs()
            JobRun.objects.all().delete()
            tasks.tend_pairs()
            counted.append(written("pair_pulse").count())

    assert counted == [0, 2, 2, 2, 4, 4]
    assert sorted(PulseCheck.objects.values_list("side", "number")) == [
        *(("mentee", 1), ("mentee", 2), ("mentor", 1), ("mentor", 2)),
    ]


@pytest.mark.parametrize("rows", [1, 4])
def test_many_pairs_are_looked_at_in_as_many_queries(django_assert_num_queries, rows):
    made = [launched(10) for _number in range(rows)]

    # quiet periods, alerts, meetings, pulses twice, agreements, pauses, nudges,
    # snoozes
    with django_assert_num_queries(9):
        assert not any(work.is_some for work in tending.work_of(made))
