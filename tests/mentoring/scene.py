"""What the access table and the walk meet of mentoring."""

from mentoring import press_links
from mentoring.services import terms
from tests.mentoring.agreements import pending_pair
from tests.mentoring.factories import (
    AgencyNoteFactory,
    EditionFactory,
    GoalFactory,
    MatchProposalFactory,
    MatchRuleFactory,
    MentoringApplicationFactory,
    NudgeSentFactory,
    PairAlertFactory,
    PairMeetingFactory,
    PulseCheckFactory,
    ReviewFactory,
    VetoFactory,
)


def set_up(scene, member):
    """A call that ``member`` applied to, and a pair that they are half of, a matching."""
    scene.edition = EditionFactory(officer=scene.person("officer"))
    scene.application = MentoringApplicationFactory(
        edition=scene.edition, person=member
    )
    scene.veto = VetoFactory(application__edition=scene.edition)
    scene.met = PairMeetingFactory(
        pair__activity__officer=scene.person("officer"),
        pair__mentee=member,
        shared_note="Nous avons ri.",
    )
    scene.pair = scene.met.pair
    scene.goal = GoalFactory(pair=scene.pair)
    AgencyNoteFactory(pair=scene.pair)
    one = MatchProposalFactory(run__edition=scene.edition)
    scene.match, scene.sought = one.run, one.mentee
    MatchRuleFactory(mentor=one.mentor, mentee=one.mentee)
    PulseCheckFactory(pair=scene.pair)
    PairAlertFactory(pair=scene.pair)
    scene.nudge = NudgeSentFactory(pair=scene.pair)
    terms.draw_up(scene.pair, terms.usual(scene.pair))
    scene.pending = pending_pair(activity=scene.pair.activity)
    ReviewFactory(pair=scene.pair, side="mentor")


def press_arguments(scene):
    """What stands in the address of the link of a reminder."""
    return [scene.nudge.uuid, press_links.token(scene.nudge, "mentee"), "vus"]
