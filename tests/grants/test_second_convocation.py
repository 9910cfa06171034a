"""Without its quorum a commission is convened again, on the same agenda (art. 11)."""

from datetime import timedelta

import pytest

from agency.activities.choices import Purpose
from agency.activities.models import Convening, Session
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.mail.models import OutgoingEmail
from grants.models import Sitting
from grants.services import convoking, instruction
from grants.services.quorum import House
from tests.activities.factories import ConveningFactory
from tests.grants.commission import DAY, MemberFactory, in_review, presented
from tests.grants.factories import ApplicationFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
LETTER = "grants/emails/second_convocation"


@pytest.fixture
def secretary():
    return PersonFactory(secretary=True)


@pytest.fixture
def sitting():
    """It was to meet an hour ago: too few came."""
    one = in_review()
    starts = now() - timedelta(hours=1)
    Session.objects.filter(pk=one.session_id).update(
        starts_at=starts, ends_at=starts + timedelta(hours=3)
    )
    return Sitting.objects.get(pk=one.pk)


def again(sitting, by, days=8):
    starts = now() + days * DAY
    return convoking.reconvene(
        sitting, starts_at=starts, ends_at=starts + timedelta(hours=3), by=by
    )


def letters():
    return OutgoingEmail.objects.filter(template=LETTER)


def test_second_convocation_article_11_moves_the_day_and_asks_for_no_quorum(
    sitting, secretary
):
    MemberFactory.create_batch(4, sitting=sitting)

    again(sitting, secretary)

    kept = Sitting.objects.get(pk=sitting.pk)
    assert (kept.state, kept.is_second) == ("preparing", True)
    assert kept.meets_at > now() + 7 * DAY
    assert House(kept).count().second


def test_second_convocation_article_11_each_member_in_office_is_told_so(
    sitting, secretary
):
    seats = MemberFactory.create_batch(2, sitting=sitting)
    MemberFactory(sitting=sitting, ends_on=today() - DAY)
    MemberFactory(sitting=sitting, starts_on=today() + 30 * DAY)

    again(sitting, secretary)

    assert {one.person for one in letters()} == {one.person for one in seats}
    assert all("Aucun quorum n’est exigé" in one.text for one in letters())


def test_second_convocation_article_11_nothing_is_added_to_its_agenda(
    sitting, secretary
):
    kept = presented(sitting)
    one = ApplicationFactory(ready=True, sitting=sitting)
    again(sitting, secretary)
    one.sitting = Sitting.objects.get(pk=sitting.pk)

    with pytest.raises(MoveBlocked):
        instruction.schedule(one, by=secretary, reason="Urgence.")

    assert [point.application for point in sitting.points.all()] == [kept]


def test_those_who_were_convened_are_told_of_the_new_day_by_the_kernel(
    sitting, secretary
):
    seat = MemberFactory(sitting=sitting)
    told = {"welcome_at": "", "starts_at": sitting.meets_at.isoformat()}
    sitting.session.participations.update_or_create(
        person=seat.person, defaults={"told": told, "enrolment": seat.enrolment}
    )
    ConveningFactory(session=sitting.session)

    again(sitting, secretary)

    notice = Convening.objects.get(purpose=Purpose.CHANGE)
    assert notice.session_id == sitting.session_id


def test_its_notice_runs_from_the_second_convocation(sitting, secretary):
    again(sitting, secretary, days=3)
    kept = Sitting.objects.get(pk=sitting.pk)
    assert convoking.notice(kept).sent.date() == now().date()
    assert convoking.notice(kept).is_short


@pytest.mark.parametrize("change", [{"state": "in_session"}, {"is_second": True}])
def test_it_is_not_convened_again_once_open_or_twice(sitting, secretary, change):
    MemberFactory(sitting=sitting)
    opened = {"opened_at": now(), "quorum_at_opening": {}} if "state" in change else {}
    Sitting.objects.filter(pk=sitting.pk).update(**change, **opened)

    with pytest.raises(MoveBlocked):
        again(Sitting.objects.get(pk=sitting.pk), secretary)
    assert not letters().exists()


@pytest.mark.parametrize("days", [-1, 0])
def test_its_day_is_to_come(sitting, secretary, days):
    with pytest.raises(MoveBlocked):
        again(sitting, secretary, days=days)


def test_it_ends_after_it_starts(sitting, secretary):
    starts = now() + 8 * DAY
    with pytest.raises(MoveBlocked):
        convoking.reconvene(sitting, starts_at=starts, ends_at=starts, by=secretary)
