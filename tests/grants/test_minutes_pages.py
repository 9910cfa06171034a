"""Where the minutes are read and validated: the chair, the members, the desk."""

import pytest
from django.urls import reverse

from grants.models import Erratum, Minutes, Sitting
from grants.services import minutes
from grants.states import SittingState
from tests.documents.reading import words
from tests.grants.commission import MemberFactory, point_of, presented, tied
from tests.grants.commission_pages import said
from tests.grants.minuted import (
    DEBATE,
    close,
    give,
    heard,
    held,
    secretary,
    to_come,
    validated,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
DESK = "admin:grants_sitting_minutes"


@pytest.fixture
def sitting():
    return held()


def page(name, sitting):
    return reverse(f"grants:commission-{name}", args=[sitting.pk])


def desk(sitting, name=""):
    return reverse(f"{DESK}{name}", args=[sitting.pk])


def bytes_of(response):
    return b"".join(response.streaming_content)


# --- Whoever chairs --------------------------------------------------------------------
def test_the_chair_reads_the_draft_then_validates(client, sitting):
    application = heard(sitting, "adjourned")
    to_come(application.scheme)
    sitting = close(sitting)
    client.sign_in(sitting.chair.person)

    draft = said(client.get(page("minutes", sitting)))
    assert application.number in draft
    assert "Un projet solide." in draft
    assert DEBATE not in draft
    assert "Projet" in words(bytes_of(client.get(page("minutes-file", sitting))))

    confirm = said(client.get(page("minutes-validate", sitting)))
    assert application.number in confirm
    assert "1 dossier ajourné" in confirm
    after = client.post(page("minutes-validate", sitting), follow=True)

    assert "Le procès-verbal est validé" in said(after)
    assert Sitting.objects.get(pk=sitting.pk).state == SittingState.VALIDATED
    response = client.get(page("minutes-file", sitting))
    assert "PVC-" in words(bytes_of(response))
    assert (
        response["Cache-Control"] == "no-store, private"
        or "no-store" in (response["Cache-Control"])
    )
    # A button pressed twice leads back to what was validated.
    assert client.post(page("minutes-validate", sitting)).status_code == 302
    assert Minutes.objects.exclude(validated_at=None).count() == 1


def test_what_is_missing_stands_in_place_of_the_button(client, sitting):
    application = presented(sitting)
    sitting = close(sitting)
    client.sign_in(sitting.chair.person)

    shown = said(client.get(page("minutes", sitting)))
    assert application.number in shown
    assert page("minutes-validate", sitting) not in shown
    after = said(client.post(page("minutes-validate", sitting), follow=True))

    assert "n’est pas enregistré" in after
    assert not Minutes.objects.exclude(validated_at=None).exists()


def test_a_chair_who_stands_back_validates_without_reading_the_file(client, sitting):
    shut = presented(sitting, show__title="MARQUEUR Spectacle")
    tied(shut, sitting.chair.person)
    give(shut, "adjourned")
    heard(sitting)
    sitting = close(sitting)
    client.sign_in(sitting.chair.person)

    for name in ("minutes", "minutes-validate"):
        shown = said(client.get(page(name, sitting)))
        assert "MARQUEUR" not in shown
        assert shut.number not in shown
    assert "dossier ajourné" not in said(client.get(page("minutes-validate", sitting)))
    client.post(page("minutes-validate", sitting))

    assert Sitting.objects.get(pk=sitting.pk).state == SittingState.VALIDATED
    text = words(bytes_of(client.get(page("minutes-file", sitting))))
    assert "MARQUEUR" not in text
    assert shut.number not in text


def test_the_chair_adds_an_erratum_to_locked_minutes(client, sitting):
    application = heard(sitting)
    sitting, row = validated(sitting)
    client.sign_in(sitting.chair.person)
    given = {"about": str(application.pk), "text": "Lire 900 euros."}

    after = said(client.post(page("minutes", sitting), given, follow=True))

    assert "Lire 900 euros." in after
    assert application.number in Erratum.objects.get().text
    row.refresh_from_db()
    assert row.document.version == 2
    empty = said(client.post(page("minutes", sitting), {"text": ""}))
    assert "Écrivez ce qui est rectifié" in empty


# --- Members -----------------------------------------------------------------------------
def test_members_read_once_they_are_validated(client, sitting):
    application = heard(sitting)
    sitting = close(sitting)
    client.sign_in(sitting.seats[1].person)
    pages = ("minutes", "minutes-file", "minutes-validate")
    assert {client.get(page(name, sitting)).status_code for name in pages} == {404}

    minutes.validate(sitting, by=sitting.chair.person)

    shown = said(client.get(page("minutes", sitting)))
    assert application.number in shown
    assert DEBATE not in shown
    assert client.post(page("minutes", sitting), {"text": "x"}).status_code == 403
    assert client.get(page("minutes-validate", sitting)).status_code == 403
    assert "PVC-" in words(bytes_of(client.get(page("minutes-file", sitting))))


def test_a_member_who_stands_back_has_a_copy_without_the_file(client, sitting):
    shut = presented(sitting, show__title="MARQUEUR Spectacle")
    tied(shut, sitting.seats[1].person)
    give(shut, told="MARQUEUR motif")
    kept = heard(sitting)
    sitting, _row = validated(sitting)
    client.sign_in(sitting.seats[1].person)

    shown = said(client.get(page("minutes", sitting)))
    text = words(bytes_of(client.get(page("minutes-file", sitting))))

    for one in (shown, text):
        assert "MARQUEUR" not in one
        assert shut.number not in one
        assert kept.number in one


@pytest.mark.parametrize("who", ["stranger", "elsewhere", "former"])
def test_nobody_else_reads_them(client, sitting, who):
    heard(sitting)
    sitting, _row = validated(sitting)
    person = PersonFactory()
    if who == "elsewhere":
        MemberFactory(sitting=held(members=0), person=person)
    elif who == "former":
        seat = MemberFactory(sitting=sitting, person=person)
        type(seat).objects.filter(pk=seat.pk).update(ends_on=seat.starts_on)
    client.sign_in(person)

    for name in ("minutes", "minutes-file", "minutes-validate"):
        assert client.get(page(name, sitting)).status_code == 404


# --- The desk ----------------------------------------------------------------------------
def test_the_secretary_keeps_remarks_until_they_are_locked(client, sitting):
    heard(sitting)
    sitting = close(sitting)
    client.sign_in(secretary())

    written = {"remarks": "Un accueil.", "version": 0}
    after = client.post(desk(sitting), written, follow=True)
    assert "Un accueil." in said(after)
    minutes.validate(sitting, by=sitting.chair.person)
    after = client.post(
        desk(sitting), {"text": "Lire Brest.", "about": ""}, follow=True
    )

    assert "Lire Brest." in said(after)
    row = Minutes.objects.select_related("document").get()
    assert (row.remarks, row.document.version) == ("Un accueil.", 2)


def test_of_two_secretaries_the_second_reads_the_first_before_writing_over(
    client, sitting
):
    heard(sitting)
    sitting = close(sitting)
    client.sign_in(secretary())
    client.post(desk(sitting), {"remarks": "Un accueil.", "version": 0})

    refused = client.post(desk(sitting), {"remarks": "Un retard.", "version": 0})

    assert "Un retard." in refused.text
    assert "Un accueil." in said(refused)
    assert Minutes.objects.get().remarks == "Un accueil."
    again = {
        "remarks": "Les deux.",
        "version": refused.context["form"]["version"].value(),
    }
    client.post(desk(sitting), again)
    assert Minutes.objects.get().remarks == "Les deux."


def test_an_officer_reads_and_writes_nothing(client, sitting):
    heard(sitting)
    sitting = close(sitting)
    client.sign_in(PersonFactory(officer=True))

    assert client.get(desk(sitting)).status_code == 200
    assert "Projet" in words(bytes_of(client.get(desk(sitting, "_file"))))
    assert client.post(desk(sitting), {"remarks": "Autre."}).status_code == 403
    assert not Minutes.objects.exclude(remarks="").exists()


def test_of_the_team_whoever_stands_back_reads_without_the_file(client, sitting):
    shut = presented(sitting, show__title="MARQUEUR Spectacle")
    person = secretary()
    tied(shut, person)
    give(shut)
    heard(sitting)
    sitting, _row = validated(sitting)
    client.sign_in(person)

    for shown in (
        said(client.get(desk(sitting))),
        words(bytes_of(client.get(desk(sitting, "_file")))),
    ):
        assert "MARQUEUR" not in shown
        assert shut.number not in shown
    # Nor do they write of it.
    given = {"about": str(shut.pk), "text": "Lire 900 euros."}
    client.post(desk(sitting), given)
    assert not Erratum.objects.exists()


def test_before_the_sitting_there_are_none(client, sitting):
    Sitting.objects.filter(pk=sitting.pk).update(state=SittingState.PREPARING)
    client.sign_in(secretary())

    assert client.get(desk(sitting)).status_code == 404
    assert client.get(desk(sitting, "_file")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("locked", [False, True])
def test_the_page_costs_the_same_however_many_files(
    client, sitting, count, locked, django_assert_max_num_queries
):
    first = heard(sitting)
    for _more in range(count - 1):
        one = presented(sitting, rules=first.rules)
        tied(one, sitting.seats[1].person)
        give(one, "reserved", conditions="Un contrat.")
        assert point_of(one).is_done
    sitting = close(sitting)
    if locked:
        minutes.validate(sitting, by=sitting.chair.person)
    client.sign_in(sitting.chair.person)
    client.get(page("minutes", sitting))

    with django_assert_max_num_queries(QUERIES[locked]) as seen:
        client.get(page("minutes", sitting))
    assert len(seen) == QUERIES[locked]


QUERIES = {False: 14, True: 8}
