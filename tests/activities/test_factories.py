import pytest

from tests.activities.factories import (
    ActivityFactory,
    ConvocationFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db


def test_factories_make_an_activity_that_runs():
    cycle = PracticeCycleFactory(sessions=2)
    EnrolmentFactory(activity=cycle, confirmed=True, affiliated=True)
    ParticipationFactory(session__activity=ActivityFactory(running=True))
    convocation = ConvocationFactory()

    assert [s.number for s in cycle.sessions.order_by("number")] == [1, 2]
    assert cycle.enrolments.get().affiliation.person == cycle.enrolments.get().person
    assert SessionFactory(held=True).is_past
    assert convocation.participation.session == convocation.convening.session
