"""Sittings on the desk: a session and its deadline, on the clocks of Paris."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Session
from agency.activities.services import postponing
from agency.core.clock import PARIS, now, paris, travel
from agency.core.lifecycle import MoveBlocked
from grants.models import Commission, Sitting
from grants.services import sittings
from grants.services.sittings import Moments
from tests.grants.factories import (
    CommissionFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:grants_sitting_add")
MORNING = datetime(2026, 9, 1, 9, tzinfo=PARIS)


@pytest.fixture
def turned():
    """All in one morning: nothing here depends on the hour at which it runs."""
    with travel(MORNING):
        yield


@pytest.fixture
def desk(turned, client, officer):
    return client.sign_in(officer)


@pytest.fixture
def commission(turned):
    return CommissionFactory()


@pytest.fixture
def scheme(turned):
    return RulesFactory(full=True).scheme


def typed(**moments):
    """What the form sends of moments written "2026-10-01 09:00"."""
    parts = {}
    for name, moment in moments.items():
        day, _space, hour = moment.partition(" ")
        parts |= {f"{name}_0": day, f"{name}_1": hour}
    return parts


def form_of(commission, scheme, /, **changes):
    moments = {
        "opens_at": "2026-09-10 09:00",
        "deadline_at": "2026-10-15 23:59",
        "review_opens_at": "",
        "review_closes_at": "",
        "starts_at": "2026-11-20 09:30",
        "ends_at": "2026-11-20 17:00",
    }
    others = {
        "commission": commission.pk,
        "number": 3,
        "look_back": 36,
        "schemes": [scheme.pk],
        "format": "onsite",
        "venue": "",
        "room": "",
        "notice_days": 5,
        "envelopes-TOTAL_FORMS": 0,
        "envelopes-INITIAL_FORMS": 0,
        "_save": "1",
    }
    said = {name: value for name, value in changes.items() if name in others}
    moments |= {name: value for name, value in changes.items() if name in moments}
    return others | typed(**moments) | said


def errors(answer):
    return answer.context["adminform"].form.errors


def test_a_sitting_is_made_with_its_session(desk, commission, scheme):
    answer = desk.post(ADD, form_of(commission, scheme))

    assert answer.status_code == 302, errors(answer)
    sitting = Sitting.objects.get()
    assert sitting.session.activity_id == commission.pk
    assert sitting.year == 2026
    assert sitting.deadline_at == datetime(2026, 10, 15, 21, 59, tzinfo=UTC)
    assert paris(sitting.session.starts_at).hour == 9
    assert list(sitting.schemes.all()) == [scheme]
    page = desk.get(scheme.get_absolute_url()).text
    assert 'datetime="2026-10-15"' in page
    assert "jusqu’à 23\u00a0h\u00a059, heure de Paris" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deadline_at": "2026-09-10 09:00"}, "deadline_at"),
        ({"deadline_at": "2026-11-20 09:30"}, "deadline_at"),
        (
            {"opens_at": "2026-08-01 09:00", "deadline_at": "2026-08-20 18:00"},
            "deadline_at",
        ),
        ({"ends_at": "2026-11-20 09:00"}, "ends_at"),
        (
            {
                "review_opens_at": "2026-11-10 09:00",
                "review_closes_at": "2026-11-09 09:00",
            },
            "review_closes_at",
        ),
        ({"review_closes_at": "2026-11-21 09:00"}, "review_closes_at"),
        # The night on which clocks go back: 2 h 30 comes twice.
        ({"deadline_at": "2026-10-25 02:30"}, "deadline_at"),
        # The night on which they go forward: 2 h 30 does not exist.
        (
            {
                "deadline_at": "2027-03-28 02:30",
                "starts_at": "2027-05-03 09:30",
                "ends_at": "2027-05-03 17:00",
            },
            "deadline_at",
        ),
        ({"deadline_at": "2026-02-30 18:00"}, "deadline_at"),
        ({"schemes": []}, "schemes"),
        ({"commission": ""}, "commission"),
    ],
)
def test_moments_that_cannot_be_are_refused(desk, commission, scheme, changes, field):
    answer = desk.post(ADD, form_of(commission, scheme, **changes))

    assert answer.status_code == 200
    assert field in errors(answer)
    assert not Sitting.objects.exists()
    assert not Session.objects.filter(activity=commission.pk).exists()


def test_two_sittings_of_a_scheme_have_not_the_same_number(desk, commission, scheme):
    SittingFactory(schemes=[scheme], number=3, year=2026)

    refused = desk.post(ADD, form_of(commission, scheme))
    kept = desk.post(ADD, form_of(commission, scheme, number=4))

    assert "number" in errors(refused)
    assert kept.status_code == 302


def changed(sitting, scheme, **changes):
    data = form_of(sitting.session.activity, scheme, **changes)
    data |= {"number": sitting.number, "version": sitting.session.version}
    data.pop("commission")
    return data


def kept(desk, sitting, data):
    return desk.post(reverse("admin:grants_sitting_change", args=[sitting.pk]), data)


@pytest.fixture
def sitting(desk, commission, scheme):
    desk.post(ADD, form_of(commission, scheme))
    return Sitting.objects.get()


def test_its_session_is_moved_from_the_same_page(desk, sitting, scheme):
    answer = kept(
        desk,
        sitting,
        changed(
            sitting,
            scheme,
            starts_at="2026-11-27 10:00",
            ends_at="2026-11-27 17:00",
        ),
    )

    assert answer.status_code == 302
    sitting.session.refresh_from_db()
    assert paris(sitting.session.starts_at).day == 27
    assert sitting.session.sequence == 1


def test_a_page_gone_stale_is_not_saved(desk, sitting, scheme):
    stale = changed(sitting, scheme, deadline_at="2026-10-20 18:00")
    sitting.session.take_version()

    answer = kept(desk, sitting, stale)

    assert "__all__" in errors(answer)
    sitting.refresh_from_db()
    assert paris(sitting.deadline_at).day == 15


def test_a_deadline_that_is_over_may_stay_or_be_put_off(desk, sitting, scheme):
    with travel(datetime(2026, 10, 20, 9, tzinfo=PARIS)):
        same = kept(desk, sitting, changed(sitting, scheme))
        earlier = kept(
            desk, sitting, changed(sitting, scheme, deadline_at="2026-10-14 18:00")
        )
        later = kept(
            desk, sitting, changed(sitting, scheme, deadline_at="2026-10-24 18:00")
        )

    assert same.status_code == 302
    assert "deadline_at" in errors(earlier)
    assert later.status_code == 302
    sitting.refresh_from_db()
    assert paris(sitting.deadline_at).day == 24


def test_a_commission_has_its_room_and_leads_to_its_sittings(desk, sitting):
    commission = Commission.objects.get()
    page = desk.get(reverse("admin:grants_commission_change", args=[commission.pk]))
    listed = desk.get(
        reverse("admin:grants_sitting_changelist"),
        {"session__activity__id__exact": commission.pk},
    )

    assert f"session__activity__id__exact={commission.pk}" in page.text
    assert str(sitting) in listed.text


def test_its_session_is_not_put_off_without_it(desk, sitting):
    session, by = sitting.session, PersonFactory(officer=True)
    page = reverse("admin:activities_session_change", args=[session.pk])
    address = reverse("admin:activities_session_postpone", args=[session.pk])

    with pytest.raises(MoveBlocked, match="page de la séance"):
        postponing.postpone(session, by=by, reason="Salle prise.")

    assert address not in desk.get(page).text
    session.refresh_from_db()
    assert session.state == "planned"


def test_moments_alone_are_in_no_disorder(turned):
    assert list(sittings.disorder(Moments())) == []
    deadline = now() + timedelta(days=1)
    assert list(sittings.disorder(Moments(deadline_at=deadline))) == []
