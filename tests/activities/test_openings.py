"""Announcing what opens: to who asked, whom it is for, once, and never out of season."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from agency.activities.choices import RegistrationMode
from agency.activities.services import activities, enrolments
from agency.activities.states import ActivityState
from agency.core.clock import PARIS, travel
from agency.mail import reminders
from agency.mail.choices import Openings
from agency.mail.models import MailPreference, OutgoingEmail, QuietPeriod
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
    SessionFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# A Wednesday.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=PARIS)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=PARIS)
CLOSES = NOON + 30 * DAY


def reader(openings=Openings.AT_ONCE, **traits):
    person = PersonFactory(**traits)
    MailPreference.objects.create(person=person, openings=openings)
    return person


def works(person, **traits):
    """A place of work, for some months already."""
    start = NOON.date() - 300 * DAY
    return AffiliationFactory(person=person, **{"starts_on": start} | traits)


def to_open(**traits):
    """Announced, and to be opened by its officer."""
    traits = {"announced": True, "opens_at": None, "closes_at": CLOSES} | traits
    with travel(NOON - 60 * DAY):
        return ActivityFactory(**traits)


def opened(moment=NOON, **traits):
    activity = to_open(**traits)
    with travel(moment):
        activities.open_registration(activity, by=activity.officer)
    return activity


def ring(moment):
    with travel(moment):
        for _ring in range(2):
            reminders.run()


def told(name, person=None):
    found = OutgoingEmail.objects.filter(template=f"activities/emails/{name}")
    return found.filter(person=person).count() if person else found.count()


def test_who_asked_is_told_at_once_and_nobody_else():
    one = reader()
    for openings in (Openings.NONE, Openings.WEEKLY):
        reader(openings)
    PersonFactory()
    opened()

    ring(NOON + DAY / 24)
    ring(NOON + 2 * DAY)

    assert told("registration_opened", one) == told("registration_opened") == 1


def test_it_is_for_a_profession_and_what_that_is_made_of():
    technique = ProfessionFactory(name="Technique")
    light = ProfessionFactory(name="Lumière", parent=technique)
    sound = ProfessionFactory(name="Production")
    mine, other, unknown = reader(), reader(), reader()
    works(mine, profession=light)
    works(other, profession=sound)
    gone = reader()
    works(gone, profession=light, ends_on=NOON.date() - 90 * DAY)
    activity = to_open()
    activity.professions.add(technique)
    with travel(NOON):
        activities.open_registration(activity, by=activity.officer)

    ring(NOON)

    assert told("registration_opened", mine) == told("registration_opened") == 1
    assert told("registration_opened", unknown) == 0


def test_it_is_for_a_territory_at_home_or_at_work():
    region = TerritoryFactory(kind="region")
    place, away = TerritoryFactory(parent=region), TerritoryFactory()
    home, work = reader(territory=place), reader(territory=away)
    organisation = OrganisationFactory(territory=place)
    works(work, organisation=organisation)
    stranger = reader(territory=away)
    activity = to_open()
    activity.territories.add(region)
    with travel(NOON):
        activities.open_registration(activity, by=activity.officer)

    ring(NOON)

    assert told("registration_opened", home) == 1
    assert told("registration_opened", work) == 1
    assert told("registration_opened", stranger) == 0


@pytest.mark.parametrize(
    "traits",
    [
        {"registration_mode": RegistrationMode.INVITATION},
        {"registration_mode": RegistrationMode.COOPTATION},
        {"opens_at": NOON + 10 * DAY},
    ],
)
def test_what_nobody_can_ask_for_is_not_announced(traits):
    reader()
    opened(**traits)

    ring(NOON)

    assert told("registration_opened") == 0


def test_a_draft_or_what_was_closed_again_is_not_announced():
    reader()
    ActivityFactory(draft=True)
    activity = opened()
    with travel(NOON):
        activities.close_registration(activity, by=activity.officer)

    ring(NOON)

    assert told("registration_opened") == 0


def test_opened_ahead_it_is_announced_when_its_window_opens():
    one = reader()
    opened(opens_at=NOON + 10 * DAY)
    ring(NOON)
    assert told("registration_opened") == 0

    ring(NOON + 10 * DAY)

    assert told("registration_opened", one) == 1


def test_who_has_a_seat_or_was_asked_to_come_is_not_told():
    seated, asked = reader(), reader()
    activity = opened()
    EnrolmentFactory(activity=activity, person=seated, withdrawn=True)
    InvitationFactory(activity=activity, person=asked)

    ring(NOON)

    assert told("registration_opened") == 0


def test_the_news_of_last_week_is_no_news():
    reader()
    opened()

    ring(NOON + 4 * DAY)

    assert told("registration_opened") == 0


def test_nothing_is_announced_at_night_in_quiet_periods_or_to_a_dead_address():
    one, dead = reader(), reader(email_refused_at=NOON)
    opened(NOON.replace(hour=21, minute=55))
    ring(NOON.replace(hour=22))
    quiet = QuietPeriod.objects.create(
        label="Festival", starts_on=NOON.date() + DAY, ends_on=NOON.date() + DAY
    )
    ring(NOON + DAY)
    assert told("registration_opened") == 0

    quiet.delete()
    ring(NOON + 2 * DAY)

    assert told("registration_opened", one) == told("registration_opened") == 1
    assert told("registration_opened", dead) == 0


# --- A week before it closes ----------------------------------------------------------
def test_who_has_not_answered_is_told_a_week_before_it_closes():
    silent, answered = reader(), reader()
    activity = opened()
    with travel(NOON + DAY):
        enrolments.register(activity, person=answered)
    ring(CLOSES - 8 * DAY)
    assert told("registration_closing") == 0

    ring(CLOSES - 7 * DAY)
    ring(CLOSES - 6 * DAY)

    assert told("registration_closing", silent) == told("registration_closing") == 1


def test_after_an_outage_it_is_left():
    reader()
    opened()

    ring(CLOSES - 4 * DAY)

    assert told("registration_closing") == 0


@pytest.mark.slow
def test_a_short_window_is_announced_once_in_the_same_days():
    one = reader()
    opened(closes_at=NOON + 7 * DAY)

    for hours in range(0, 8 * 24, 6):
        ring(NOON + hours * DAY / 24)

    assert told("registration_opened", one) == 1
    assert told("registration_closing", one) == 0


# --- Once a week ------------------------------------------------------------------------
def test_the_weekly_message_says_what_opened_and_what_closes_on_monday():
    one = reader(Openings.WEEKLY)
    reader(Openings.AT_ONCE)
    new = opened(title="Groupe lumière")
    SessionFactory(activity=new, starts_at=NOON + 60 * DAY)
    opened(NOON - 40 * DAY, title="Groupe son", closes_at=MONDAY + 3 * DAY)
    opened(NOON - 40 * DAY, title="Groupe plateau")
    ring(MONDAY - DAY)
    ring(MONDAY - DAY / 24)
    assert told("openings_digest") == 0

    ring(MONDAY)
    ring(MONDAY + DAY)

    assert told("openings_digest", one) == told("openings_digest") == 1
    (mail,) = OutgoingEmail.objects.filter(template__endswith="openings_digest")
    first, last = mail.text.index("Groupe lumière"), mail.text.index("Groupe son")
    assert mail.text.index("Vient d’ouvrir") < first < last
    assert "Groupe plateau" not in mail.text


def test_a_week_that_has_nothing_for_somebody_says_nothing():
    mine = ProfessionFactory()
    one, seated = reader(Openings.WEEKLY), reader(Openings.WEEKLY)
    works(seated, profession=mine)
    activity = opened()
    activity.professions.add(mine)
    EnrolmentFactory(activity=activity, person=seated)

    ring(MONDAY)

    assert told("openings_digest") == 0
    assert told("openings_digest", one) == 0


def test_after_an_outage_it_comes_on_tuesday_and_not_on_wednesday():
    one = reader(Openings.WEEKLY)
    opened()
    ring(MONDAY + 2 * DAY)
    assert told("openings_digest") == 0

    opened(MONDAY + 3 * DAY)
    ring(MONDAY + 8 * DAY)
    ring(MONDAY + 14 * DAY)

    assert told("openings_digest", one) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_readers_by_the_hundred_are_found_by_as_many_queries(
    count, django_assert_num_queries, monkeypatch
):
    # What others declare is not counted here.
    own = {one.template: one for one in reminders.declared() if one.topic == "openings"}
    monkeypatch.setattr(reminders, "_reminders", own)
    for _one in range(count):
        reader()
    opened()
    ring(NOON)

    with travel(NOON), django_assert_num_queries(11):
        reminders.run()


def test_one_press_stops_both(client):
    one = reader()
    activity = opened()
    ring(NOON)
    client.force_login(one)
    client.post(reverse("mail:preferences"), {"openings": "none"})

    assert activity.state == ActivityState.OPEN
    ring(CLOSES - 7 * DAY)

    assert told("registration_opened", one) == 1
    assert told("registration_closing") == 0
