"""A renewed activity: its dates, once, its people, the desk."""

from datetime import UTC, date, timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Activity, Invitation
from agency.activities.services import activities, invitations, renewal
from agency.core.clock import PARIS, travel
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SeasonFactory,
    SessionFactory,
)
from tests.activities.renewed import SPRING, at, meet, renewed
from tests.core.desk import texts
from tests.people.factories import (
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_spring():
    with travel(SPRING):
        yield


@pytest.fixture
def group(now_season):
    return ActivityFactory(
        season=now_season,
        title="Régie générale 2026-2027",
        slug="regie-generale-2026-2027",
        running=True,
        opens_at=at(2026, 9, 7, 9),
        closes_at=at(2026, 10, 5, 18),
    )


GROUPS = "/gestion/groups/peergroup/"


@pytest.fixture
def season(now_season):
    """The next one: 2027-2028."""
    return SeasonFactory(starts_on=date(2027, 9, 1), ends_on=date(2028, 8, 31))


@pytest.fixture
def now_season():
    return SeasonFactory(starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def walls(activity):
    """The hours on the clocks of Paris, in order."""
    rows = activity.sessions.order_by("number")
    return [f"{one.starts_at.astimezone(PARIS):%a %d/%m/%Y %H:%M}" for one in rows]


YEAR = timedelta(weeks=52)


# --- Dates -----------------------------------------------------------------------
def test_sessions_keep_weekday_and_hour_across_the_change_of_clocks(group, season):
    # 2027: summer time from 28 March; 2028: from 26 March.
    meet(group, at(2027, 3, 26, 9, 30))
    meet(group, at(2026, 11, 20, 14, 0))
    meet(group, at(2027, 1, 15, 9, 30), cancelled=True)

    new = renewed(group, season)

    assert walls(new) == ["Fri 19/11/2027 14:00", "Fri 24/03/2028 09:30"]
    assert list(new.sessions.values_list("number", "state")) == [
        (1, "planned"),
        (2, "planned"),
    ]
    # One hour more in universal time: winter here, winter there.
    assert {one.minutes for one in new.sessions.all()} == {180}


def test_a_day_that_changes_side_keeps_its_hour(group, season):
    # 29 March 2027 is summer time, 27 March 2028 too; 25 October 2026 is winter
    # time, 24 October 2027 still summer time.
    meet(group, at(2026, 10, 25, 10, 0))

    (session,) = renewed(group, season).sessions.all()

    assert session.starts_at == at(2027, 10, 24, 10, 0)
    assert session.starts_at.astimezone(UTC).hour == 8


def test_the_hour_that_does_not_exist_is_told(group, season):
    # In the night to 26 March 2028 clocks skip from two to three.
    meet(group, at(2027, 3, 28, 3, 30), hours=2)
    session = group.sessions.get()
    session.starts_at = at(2027, 3, 21, 2, 30)
    session.ends_at = at(2027, 3, 21, 4, 30)
    session.save()

    made = renewal.copy(
        group, season=season, by=group.officer, shift=YEAR + timedelta(7)
    )

    (copy,) = made.activity.sessions.all()
    assert f"{copy.starts_at.astimezone(PARIS):%d/%m %H:%M}" == "26/03 03:30"
    assert copy.minutes == 120
    assert any("heure d’été" in sentence for sentence in made.told)


def test_holidays_and_days_outside_the_season_are_told(group, season):
    meet(group, at(2026, 11, 12, 9, 0))  # 11 November 2027
    meet(group, at(2026, 9, 1, 9, 0))  # 31 August 2027
    meet(group, at(2027, 2, 3, 9, 0))

    early, holiday, plain = renewal.preview(group, season, YEAR)

    assert early.notes == ("Hors de la saison.",)
    assert holiday.notes == ("Jour férié\u202f: Armistice.",)
    assert plain.notes == ()


def test_two_seasons_later_is_twice_as_far(group, season):
    SessionFactory(activity=group, starts_at=at(2027, 1, 15, 9, 30))
    later = SeasonFactory(starts_on=date(2028, 9, 1), ends_on=date(2029, 8, 31))

    assert walls(renewed(group, later)) == ["Fri 12/01/2029 09:30"]


# --- Once ------------------------------------------------------------------------
def test_a_second_press_leads_to_the_copy(group, season, officer):
    first = renewal.copy(group, season=season, by=officer)
    again = renewal.copy(group, season=season, by=PersonFactory(officer=True))

    assert (again.activity, again.fresh) == (first.activity, False)
    assert Activity.objects.filter(renewed_from=group).count() == 1


def test_a_copy_that_was_cancelled_may_be_made_anew(group, season, direction):
    first = renewed(group, season)
    activities.cancel(first, by=direction)

    assert renewed(group, season) != first


@pytest.mark.parametrize("starts", [date(2026, 9, 1), date(2025, 9, 1)])
def test_only_a_later_season_will_do(group, now_season, starts):
    other = SeasonFactory(starts_on=starts)

    with pytest.raises(renewal.RenewalRefused, match="saison postérieure"):
        renewal.copy(group, season=other, by=group.officer)

    assert Activity.objects.count() == 1


# --- Those of last season ----------------------------------------------------------
def test_members_are_invited_once_the_copy_opens(group, season):
    members = [EnrolmentFactory(activity=group, confirmed=True).person for _n in "ab"]
    EnrolmentFactory(activity=group, withdrawn=True)
    paper = PersonFactory(email=None, family_name="Sansmail")
    EnrolmentFactory(activity=group, person=paper, confirmed=True)

    made = renewal.copy(group, season=season, by=group.officer, invite_members=True)

    asked = Invitation.objects.filter(activity=made.activity)
    assert {one.person for one in asked} == set(members)
    assert {one.state for one in asked} == {"proposed"}
    assert not OutgoingEmail.objects.exists()
    assert "2 invitations sont prêtes" in made.told[0]
    assert any("Sansmail" in sentence for sentence in made.told)
    made.activity.opens_at = made.activity.closes_at = None
    made.activity.save()
    activities.open_registration(made.activity, by=group.officer)
    assert invitations.turn() == 2


def test_nobody_is_invited_where_the_agency_appoints(group, season):
    EnrolmentFactory(activity=group, confirmed=True)
    group.registration_mode = "appointment"
    group.save()

    made = renewal.copy(group, season=season, by=group.officer, invite_members=True)

    assert not Invitation.objects.exists()
    assert "on ne s’inscrit pas soi-même" in made.told[0]


# --- The desk ----------------------------------------------------------------------
def page_of(activity):
    return reverse("admin:activities_activity_renew", args=[activity.pk])


def typed(season, **changes):
    parts = dict.fromkeys(("sessions", "facilitators", "rules", "questions"), "on")
    return {"season": season.pk, "title": "", "weeks": "52", **parts} | changes


def test_the_activity_leads_to_a_page_that_shows_the_dates(desk, group, season):
    meet(group, at(2026, 11, 12, 9, 0))

    assert page_of(group) in desk.get(f"{GROUPS}{group.pk}/change/").text
    page = desk.get(page_of(group)).text

    assert "jeudi 12\u00a0novembre\u00a02026" in page
    assert "jeudi 11\u00a0novembre\u00a02027" in page
    assert "Armistice" in page
    assert "Régie générale 2027-2028" in page
    assert Activity.objects.count() == 1


def test_dates_are_looked_at_again_without_making_anything(desk, group, season):
    meet(group, at(2026, 11, 12, 9, 0))

    page = desk.post(page_of(group), typed(season, weeks="53", look="1")).text

    assert "jeudi 18\u00a0novembre\u00a02027" in page
    assert Activity.objects.count() == 1


def test_one_press_makes_the_draft_and_a_second_leads_there(desk, group, season):
    meet(group, at(2026, 11, 12, 9, 0))

    first = desk.post(page_of(group), typed(season, create="1"), follow=True)
    again = desk.post(page_of(group), typed(season, create="1"), follow=True)

    copy = Activity.objects.get(renewed_from=group)
    there = f"{GROUPS}{copy.pk}/change/"
    assert [
        step for step, _status in (*first.redirect_chain, *again.redirect_chain)
    ] == [
        there,
        there,
    ]
    assert "Le brouillon est prêt" in texts(first)[0]
    assert "Armistice" in texts(first)[1]
    assert "déjà été reconduite" in texts(again)[0]
    assert ("Édition précédente") in first.text
    assert copy.title in desk.get(page_of(group)).text


@pytest.mark.parametrize("weeks", ["0", "-52", "9999", "x", ""])
def test_an_odd_number_of_weeks_is_refused(desk, group, season, weeks):
    page = desk.post(page_of(group), typed(season, weeks=weeks, create="1"))

    assert page.context["form"].errors.keys() == {"weeks"}
    assert Activity.objects.count() == 1


def test_without_a_later_season_one_is_told_to_write_it(desk, group):
    page = desk.get(page_of(group)).text

    assert "Aucune saison suivante" in page
    assert "/gestion/activities/season/add/" in page
    assert desk.post(page_of(group), {"create": "1"}).status_code == 200
    assert Activity.objects.count() == 1


def test_several_are_renewed_at_once(desk, group, season, now_season):
    other = ActivityFactory(season=now_season)
    known = renewed(group, season)
    action = {"action": "renew_selected", "_selected_action": [group.pk, other.pk]}

    page = desk.post(GROUPS, action)
    assert group.title in page.text
    assert Activity.objects.count() == 3
    sent = action | {"confirmed": "1", "season": season.pk}
    said = texts(desk.post(GROUPS, sent, follow=True))

    assert Activity.objects.filter(renewed_from=other, season=season).count() == 1
    assert Activity.objects.filter(renewed_from=group).get() == known
    assert "1 brouillon est prêt" in said[0]
    assert "déjà reconduite" in said[1]


def test_the_accountant_renews_nothing(client, accountant, group, season):
    client.sign_in(accountant)

    assert client.post(page_of(group), typed(season, create="1")).status_code == 403
    assert page_of(group) not in client.get(f"{GROUPS}{group.pk}/change/").text
    assert Activity.objects.count() == 1
