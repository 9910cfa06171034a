"""Two years of aid in the demo: files in every state, at each sitting, all of them sound."""

from collections import Counter

import pytest

from agency.core.clock import now
from grants.choices import Severity
from grants.models import AidComputation, Application, Sitting
from grants.services import eligibility
from grants.states import ApplicationState


@pytest.fixture
def files(world):
    return list(
        Application.objects.sent().select_related(
            "rules", "organisation__territory__parent", "show", "sitting__session"
        )
    )


def test_every_state_has_a_file(world):
    states = Counter(Application.objects.values_list("state", flat=True))

    # A file is under deliberation while its sitting is held, and none is now.
    assert set(states) == set(ApplicationState.values) - {ApplicationState.IN_SESSION}
    assert sum(states.values()) >= 60


def test_every_sitting_that_closed_has_files_and_two_years_are_told(world):
    closed = Sitting.objects.filter(deadline_at__lt=now())

    assert not closed.filter(applications=None).exists()
    first = closed.order_by("deadline_at").first()
    assert (now() - first.deadline_at).days > 660


def test_what_was_sent_was_in_time_and_met_the_rules(files):
    for one in files:
        assert one.submitted_at <= one.sitting.deadline_at, one.number
        unmet = [
            finding.message
            for finding in eligibility.findings(one)
            if not finding.met
            and finding.severity == Severity.BLOCKING
            and finding.rule.subject != "licence"
        ]
        assert unmet == [], one.number


def test_each_was_computed_and_holds_its_revision(files):
    computed = set(AidComputation.objects.values_list("application", flat=True))

    for one in files:
        assert one.pk in computed, one.number
        assert one.revisions.exists(), one.number
        if one.state in (ApplicationState.READY, ApplicationState.SCHEDULED):
            assert 0 < one.proposed <= one.requested, one.number
