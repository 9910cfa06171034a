"""A session is postponed: who is told, and what else thinks of it."""

from datetime import datetime, timedelta

import pytest

from agency.activities.services import (
    activities,
    announcing,
    enrolments,
    postponing,
    sessions,
)
from agency.activities.states import ParticipationState, SessionState
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.models import IssuedDocument
from tests.activities.announced import (
    edit,
    event,
    join,
    session_of,
    text_of,
    told,
)
from tests.activities.called_off import WEEK, cancel, fresh, later, written
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

P, T = ParticipationState, SessionState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- Postponed -----------------------------------------------------------------------
def test_new_session_has_the_agenda_and_the_people(officer, work):
    session = session_of(2, title="Annoncer", room="salle Navette")
    AgendaItemFactory(session=session, title="Tour de table")
    excused = session.participations.first()
    session.participations.filter(pk=excused.pk).update(state=P.EXCUSED)
    leader = FacilitatorFactory(activity=session.activity).person

    new = work(
        postponing.postpone,
        fresh(session),
        by=officer,
        told_reason="Grève des trains.",
        **later(session),
    )

    old = fresh(session)
    assert (old.state, old.postponed_to, old.sequence) == (T.POSTPONED, new, 1)
    assert (new.title, new.room, new.venue) == ("Annoncer", "salle Navette", old.venue)
    assert (new.state, new.sequence, new.number) == (T.PLANNED, 0, 2)
    assert [item.title for item in new.agenda_items.all()] == ["Tour de table"]
    assert set(new.participations.values_list("state", flat=True)) == {P.EXPECTED}
    assert new.participations.count() == 2
    mails = written("session_postponed")
    assert mails.count() == 3
    mail = mails.get(person=excused.person)
    assert mail.subject.startswith("Séance reportée au ")
    assert "La raison\u202f: Grève des trains." in mail.text
    gone, coming = event(mail)
    assert (str(gone["method"]), str(coming["method"])) == ("CANCEL", "REQUEST")
    assert str(session.uuid) in gone.walk("VEVENT")[0]["uid"]
    assert str(new.uuid) in coming.walk("VEVENT")[0]["uid"]
    assert "Nous comptons sur vous" in mails.get(person=leader).text


def test_date_to_come_is_told_and_then_set(officer, work):
    session = session_of(1)
    work(postponing.postpone, fresh(session), by=officer)
    assert "nouvelle date à venir" in written("session_postponed").get().subject

    with travel(now() + 5 * WEEK):  # its first day is past by then
        new = work(
            postponing.set_new_date,
            fresh(session),
            by=officer,
            **later(session, weeks=8),
        )
        with pytest.raises(MoveRefused):
            postponing.set_new_date(fresh(session), by=officer, **later(session))

    assert written("session_postponed").count() == 2
    assert "reportée au" in written("session_postponed").latest("pk").subject
    assert fresh(session).postponed_to == new


def test_postponed_without_a_date_then_cancelled(officer, work):
    session = session_of(1)
    work(postponing.postpone, fresh(session), by=officer)

    work(cancel, session, officer)

    assert fresh(session).state == T.CANCELLED
    assert written("session_cancelled").count() == 1


def test_postponed_to_a_date_is_cancelled_on_that_date(officer, work):
    session = session_of(1)
    new = work(postponing.postpone, fresh(session), by=officer, **later(session))

    with pytest.raises(MoveBlocked, match="un autre jour"):
        cancel(session, officer)
    work(cancel, new, officer)

    assert fresh(new).state == T.CANCELLED
    mail = written("session_cancelled").get()
    [file] = event(mail)
    assert str(new.uuid) in file.walk("VEVENT")[0]["uid"]


def test_postponed_twice_on_paper_is_the_second_version_of_the_notice(officer, work):
    session = session_of(0)
    join(session, PersonFactory(email=None))
    work(postponing.postpone, fresh(session), by=officer)
    work(postponing.set_new_date, fresh(session), by=officer, **later(session))

    papers = IssuedDocument.objects.order_by("version")
    assert [paper.version for paper in papers] == [1, 2]
    assert "nouvelle date n’est pas encore fixée" in text_of(papers[0])
    assert "Cet avis annule et remplace la version 1" in text_of(papers[1])


@pytest.mark.parametrize("weeks", [-3, -52])
def test_new_date_that_is_past_is_refused(officer, weeks):
    session = session_of(1)

    with pytest.raises(MoveBlocked, match="passée"):
        postponing.postpone(fresh(session), by=officer, **later(session, weeks))

    assert fresh(session).state == T.PLANNED


def test_each_chose_their_dates_so_who_waited_waits_and_nobody_else_comes(
    officer, work
):
    activity = ActivityFactory(seat_scope="session", capacity=1)
    session = SessionFactory(activity=activity, number=1)
    SessionFactory(activity=activity, number=2)
    seated = join(session)
    waiting = join(session)
    session.participations.filter(pk=waiting.pk).update(state=P.WAITING, told=None)
    EnrolmentFactory(activity=activity, confirmed=True)  # of the other date

    new = work(postponing.postpone, fresh(session), by=officer, **later(session))

    standing = dict(new.participations.values_list("person", "state"))
    assert standing == {seated.person_id: P.EXPECTED, waiting.person_id: P.WAITING}


def test_who_withdrew_while_the_date_was_to_come_is_not_expected(officer, work):
    session = session_of(2)
    work(postponing.postpone, fresh(session), by=officer)
    gone, left = session.participations.order_by("pk")
    enrolments.withdraw(gone.enrolment, by=gone.person)

    new = work(postponing.set_new_date, fresh(session), by=officer, **later(session))

    assert [one.person for one in new.participations.all()] == [left.person]


def test_change_of_the_new_date_is_told(officer, work, sweep):
    session = session_of(1)
    new = work(postponing.postpone, fresh(session), by=officer, **later(session))

    edit(new, later=1)
    sweep()

    assert told().count() == 1


# --- What else thinks of it -------------------------------------------------------------
def test_postponed_is_neither_counted_nor_coming(officer, work):
    activity = ActivityFactory(sessions=3)
    first = activity.sessions.order_by("starts_at").first()
    work(postponing.postpone, first, by=officer)

    assert first.pk not in activity.sessions.coming().values_list("pk", flat=True)
    second = activity.sessions.coming().first()
    assert second.place_in_activity() == (1, 2)
    assert type(activity).objects.with_dates().get().session_count == 2


def test_activity_does_not_end_while_a_date_is_to_come(officer, work):
    activity = ActivityFactory(running=True)
    session = SessionFactory(activity=activity, starts_in=5)
    work(postponing.postpone, session, by=officer)

    with pytest.raises(MoveBlocked, match="nouvelle date"):
        activities.complete(activity, by=officer)


@pytest.mark.parametrize(
    ("before", "after"),
    [((3, 26), (3, 29)), ((3, 29), (3, 26)), ((10, 29), (11, 2)), ((11, 2), (10, 29))],
)
def test_hours_stand_across_both_clock_changes(officer, work, sweep, before, after):
    with travel(datetime(2027, 1, 4, 9, tzinfo=PARIS)):
        start = datetime(2027, *before, 9, 30, tzinfo=PARIS)
        session = SessionFactory(starts_at=start, ends_at=start + timedelta(hours=3))
        join(session)
        moved = fresh(session)
        moved.starts_at = datetime(2027, *after, 9, 30, tzinfo=PARIS)
        moved.ends_at = datetime(2027, *after, 12, 30, tzinfo=PARIS)
        sessions.save_session(moved)
        sweep()

        mail = told().get()

    assert "Jour, avant" in mail.text
    assert "Horaires, avant" not in mail.text  # half past nine, on either side
    [vevent] = event(mail)[0].walk("VEVENT")
    assert vevent.decoded("dtstart").hour == 9


def test_nothing_is_scheduled_once_it_is_off(officer, work):
    session = session_of(1)
    edit(session, later=1)
    work(cancel, session, officer)

    assert announcing.scheduled(session) is None
    edit(fresh(session), later=1)
    assert announcing.scheduled(session) is None
