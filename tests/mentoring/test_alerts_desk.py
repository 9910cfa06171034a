"""The queue of alerts: one's own editions alone, settled with a note, led to by the morning."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now
from agency.core.templatetags.plateau import shape
from mentoring import advice
from mentoring.choices import AlertCause
from mentoring.health.colours import Colour
from tests.mentoring.factories import (
    PairAlertFactory,
    PairFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

LIST = "/gestion/mentoring/pairalert/"
OTHERS = ("officer", "secretary", "direction", "accountant", "superuser")


@pytest.fixture
def edition(officer):
    return RunningEditionFactory(officer=officer, confidentiality="sealed")


@pytest.fixture
def alert(edition):
    pair = PairFactory(activity=edition, active=True, mentee__family_name="Introuvable")
    return PairAlertFactory(pair=pair, cause="help", side="mentee", words="Appelez-moi")


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def change(alert):
    return reverse("admin:mentoring_pairalert_change", args=[alert.pk])


def step(alert, name):
    return reverse("admin:mentoring_pairalert_move", args=[alert.pk, name])


def test_the_officer_in_charge_reads_whom_to_call(desk, alert):
    page = desk.get(change(alert)).text

    assert "Appelez-moi" in page
    assert str(AlertCause.HELP.label) in page
    assert alert.pair.mentor.email in page
    assert str(advice.of(alert)) in page


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_knows_of_it(client, alert, role):
    person = PersonFactory(**{role: True})
    RunningEditionFactory(officer=person)
    client.sign_in(person)

    assert client.get(change(alert)).status_code in (302, 403, 404)
    found = client.get(LIST)
    assert found.status_code != 200 or "Introuvable" not in found.text


def test_it_is_settled_with_a_note_and_not_without(desk, alert):
    desk.post(step(alert, "take"))
    empty = desk.post(step(alert, "settle"), {"note": " "})
    alert.refresh_from_db()
    assert (empty.status_code, alert.state) == (200, "taken")

    desk.post(step(alert, "settle"), {"note": "Une date est posée."})

    alert.refresh_from_db()
    assert (alert.state, alert.note) == ("settled", "Une date est posée.")


def test_the_queue_is_narrowed_by_state_edition_and_colour(desk, alert, officer):
    other = PairAlertFactory(
        pair__activity__officer=officer, pair__mentee__family_name="Autre"
    )
    settled = PairAlertFactory(
        pair=alert.pair, state="settled", settled_at=now(), cause="missed"
    )

    def seen(query):
        page = desk.get(f"{LIST}?{query}")
        return [row.pk for row in page.context["cl"].result_list]

    assert seen("")[-1] == settled.pk
    assert set(seen("etat=a-traiter")) == {alert.pk, other.pk}
    assert seen(
        f"etat=a-traiter&pair__activity__id__exact={alert.pair.activity_id}"
    ) == [alert.pk]
    # Help asked for is red; a pair that never met since ninety days is too.
    assert set(seen("etat=a-traiter&couleur=red")) == {alert.pk, other.pk}
    assert seen("etat=a-traiter&couleur=green") == []


def test_the_morning_leads_to_the_queue(desk, alert):
    alert.opened_at = now() - timedelta(days=3)
    alert.save()

    page = desk.get(reverse("admin:index")).text

    where = (
        f"{LIST}?pair__activity__id__exact={alert.pair.activity_id}&amp;etat=a-traiter"
    )
    assert where in page


@pytest.mark.parametrize("cause", AlertCause.values)
def test_every_cause_says_what_to_do(cause):
    assert advice.of(PairAlertFactory.build(cause=cause, pair=None))


def test_every_colour_has_its_shape():
    assert len({shape(one) for one in Colour.values}) == len(Colour.values)
