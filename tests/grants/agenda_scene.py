"""The agenda of a sitting that is being prepared: files, opinions, what is read of it."""

from datetime import timedelta

from agency.activities.models import Session
from agency.core.clock import now
from grants.models import Sitting
from grants.services import agenda, reviews
from tests.grants.commission import free
from tests.grants.factories import ApplicationFactory


def ready(sitting, **traits):
    return ApplicationFactory(ready=True, sitting=sitting, **traits)


def in_session(sitting):
    """Open since a moment, as the live pages open it."""
    Sitting.objects.filter(pk=sitting.pk).update(
        state="in_session", opened_at=now(), quorum_at_opening={}
    )
    Session.objects.filter(pk=sitting.session_id).update(
        starts_at=now() - timedelta(minutes=5), ends_at=now() + timedelta(hours=3)
    )
    return Sitting.objects.get(pk=sitting.pk)


def given(one, person, score=3, opinion="favourable"):
    free(one, person)
    words = {"opinion": opinion, "suggested": 700, "comment": ""}
    scores = {criterion.pk: score for criterion in one.rules.criteria.all()}
    own = reviews.begin(one, person)
    reviews.save(own, words, scores, version=0, revision=1, hand_in=True)


def titles(sitting):
    return [one.title for one in sitting.session.agenda_items.order_by("order")]


def order(sitting, reader):
    return [(one.block, one.application) for one in agenda.points(sitting, reader)]
