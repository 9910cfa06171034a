"""Declared in private before one signs: read by the officer in charge, and leaked nowhere."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Difficulty
from agency.activities.services import charters, difficulties, enrolments
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    CharterFactory,
    DifficultyFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
MARKER = "MARQUEUR-QUE-PERSONNE-NE-LIT"
ROOM = "admin:activities_difficulty"
LIST = "/gestion/activities/difficulty/"


@pytest.fixture
def cycle():
    return PracticeCycleFactory(charter=CharterFactory(), capacity=8, sessions=1)


@pytest.fixture
def seat(cycle):
    return enrolments.register(cycle, person=PersonFactory())


@pytest.fixture
def colleague(cycle):
    """Somebody of the group, who comes for an organisation."""
    post = AffiliationFactory()
    EnrolmentFactory(
        activity=cycle, confirmed=True, person=post.person, affiliation=post
    )
    return post.person


@pytest.fixture
def declared(seat, colleague):
    return difficulties.declare(
        seat, by=seat.person, person=colleague, hierarchy=True, text=MARKER
    )


def urls(seat):
    names = ("enrolment-sign", "difficulty-declare")
    return [reverse(f"activities:{name}", args=[seat.uuid]) for name in names]


def sent(who, **changes):
    given = {"who": who, "text": "", **changes}
    return {f"difficulte-{name}": value for name, value in given.items()}


# --- Declaring -----------------------------------------------------------------------
def test_one_declares_a_person_an_organisation_and_a_hierarchical_link(
    client, seat, colleague
):
    page, declare = urls(seat)
    house = colleague.affiliations.get().organisation
    client.force_login(seat.person)

    assert "Signaler une difficulté, en privé" in client.get(page).text
    for who, more in (
        (f"p{colleague.pk}", {}),
        (f"o{house.pk}", {"text": "Un litige."}),
        (f"p{colleague.pk}", {"hierarchy": "on"}),
    ):
        assert client.post(declare, sent(who, **more)).status_code == 302

    kinds = set(seat.difficulties.values_list("kind", flat=True))
    assert kinds == {"person", "organisation", "hierarchy"}
    shown = client.get(page).text
    assert "Un litige." in shown
    assert f"{colleague.full_name}, l’un·e dépend de l’autre" in shown


def test_said_twice_it_is_noted_once(seat, colleague):
    for _click in range(2):
        difficulties.declare(seat, by=seat.person, person=colleague)

    assert seat.difficulties.count() == 1


def test_a_facilitator_can_be_named(seat, cycle):
    leader = FacilitatorFactory(activity=cycle).person

    assert difficulties.declare(seat, by=seat.person, person=leader).told == str(leader)


def test_only_who_the_page_has_shown_can_be_named(client, seat):
    _page, declare = urls(seat)
    stranger = PersonFactory()
    client.force_login(seat.person)

    for who in (f"p{stranger.pk}", f"p{seat.person.pk}", "o1", "", "x"):
        page = client.post(declare, sent(who))
        assert page.status_code == 200
        assert page.context["difficulty_form"].errors["who"]
    with pytest.raises(MoveBlocked):
        difficulties.declare(seat, by=seat.person, person=stranger)
    with pytest.raises(MoveBlocked):
        difficulties.declare(seat, by=seat.person)

    assert not Difficulty.objects.exists()


def test_one_reports_to_a_person_and_not_to_an_organisation(client, seat, colleague):
    house = colleague.affiliations.get().organisation
    client.force_login(seat.person)

    page = client.post(urls(seat)[1], sent(f"o{house.pk}", hierarchy="on", text="mot"))

    assert "choisissez-la, ou décochez la case" in page.text
    assert "mot" in page.text
    assert not seat.difficulties.exists()


def test_it_is_taken_back_before_one_signs(client, seat, declared):
    client.force_login(seat.person)
    url = reverse("activities:difficulty-withdraw", args=[seat.uuid, declared.pk])

    assert url in client.get(urls(seat)[0]).text
    assert client.get(url).status_code == 405
    client.post(url)

    assert not Difficulty.objects.exists()


def test_once_signed_nothing_is_declared_nor_taken_back(client, seat, declared):
    version = seat.activity.charter.in_force()
    charters.sign(
        seat,
        version=version,
        sha256=version.sha256,
        typed_name=seat.person.full_name,
        address="",
        by=seat.person,
    )
    client.force_login(seat.person)

    client.post(
        reverse("activities:difficulty-withdraw", args=[seat.uuid, declared.pk])
    )
    answer = client.post(urls(seat)[1], sent(f"p{declared.with_person_id}"))

    assert answer.status_code == 404
    assert MARKER not in client.get(urls(seat)[0]).text
    assert Difficulty.objects.get() == declared


def test_nobody_declares_nor_takes_back_for_another(client, seat, declared, colleague):
    other = DifficultyFactory(enrolment__activity=seat.activity)
    client.force_login(seat.person)
    mine = reverse("activities:difficulty-withdraw", args=[seat.uuid, other.pk])
    client.force_login(colleague)
    theirs = reverse("activities:difficulty-withdraw", args=[seat.uuid, declared.pk])

    assert client.post(mine).status_code == 404
    assert client.post(theirs).status_code == 404
    assert client.post(urls(seat)[1], sent("")).status_code == 404
    with pytest.raises(MoveBlocked):
        difficulties.declare(seat, by=colleague, person=colleague)
    assert Difficulty.objects.count() == 2


# --- The officer in charge -------------------------------------------------------------
def test_the_officer_in_charge_reads_calls_and_settles(client, cycle, seat, declared):
    client.sign_in(cycle.officer)
    page = reverse(f"{ROOM}_change", args=[declared.pk])

    morning = client.get("/gestion/").text
    assert "Difficulté déclarée en privé" in morning
    assert f"{LIST}?etat=a-traiter" in morning
    assert MARKER not in morning
    activity = client.get(
        reverse("admin:programmes_practicecycle_change", args=[cycle.pk])
    )
    enrolment = client.get(reverse("admin:activities_enrolment_change", args=[seat.pk]))
    assert f"{LIST}?enrolment__activity__id__exact={cycle.pk}" in activity.text
    assert f"{LIST}?enrolment__id__exact={seat.pk}" in enrolment.text
    for query in ("?etat=a-traiter", f"?enrolment__id__exact={seat.pk}"):
        assert page in client.get(LIST + query).text
    assert MARKER in client.get(page).text

    client.post(reverse(f"{ROOM}_settle", args=[declared.pk]))

    declared.refresh_from_db()
    assert declared.settled_at is not None
    assert "Difficulté déclarée" not in client.get("/gestion/").text
    assert page not in client.get(f"{LIST}?etat=a-traiter").text
    assert page in client.get(f"{LIST}?etat=reglees").text


def test_settling_twice_keeps_the_first_moment(declared):
    difficulties.settle(declared)
    first = declared.settled_at = now() - timedelta(days=1)
    Difficulty.objects.update(settled_at=first)

    difficulties.settle(declared)

    assert declared.settled_at == first


def test_it_goes_with_the_activity_to_the_next_officer(
    client, cycle, declared, officer
):
    cycle.officer, before = officer, cycle.officer
    cycle.save()
    page = reverse(f"{ROOM}_change", args=[declared.pk])

    client.sign_in(before)
    assert client.get(page).status_code in (403, 404)
    client.sign_in(officer)
    assert MARKER in client.get(page).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_however_many(
    client, cycle, count, django_assert_max_num_queries
):
    for _n in range(count):
        DifficultyFactory(enrolment__activity=cycle)
    client.sign_in(cycle.officer)

    with django_assert_max_num_queries(9):
        client.get(LIST)


# --- Leaked nowhere --------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize(
    "role", ["officer", "secretary", "direction", "accountant", "superuser"]
)
@pytest.mark.parametrize("in_charge_elsewhere", [False, True])
def test_nobody_else_of_the_agency_finds_it(
    client, cycle, seat, declared, role, in_charge_elsewhere
):
    person = PersonFactory(**{role: True})
    runs = role in ("officer", "secretary", "direction")
    reads_others = in_charge_elsewhere and runs
    if in_charge_elsewhere:
        PracticeCycleFactory(officer=person)
    client.sign_in(person)
    places = [
        reverse(f"{ROOM}_{name}", args=[declared.pk]) for name in ("change", "history")
    ]

    for url in places:
        assert client.get(url).status_code == 404, url
    settle = client.post(reverse(f"{ROOM}_settle", args=[declared.pk]))
    assert settle.status_code == 404
    assert client.get(LIST).status_code == (200 if reads_others else 404)
    assert client.get(f"{LIST}exporter/csv/").status_code in (403, 404)
    for url in (
        LIST,
        "/gestion/",
        "/gestion/core/journalentry/",
        "/gestion/mail/outgoingemail/",
        reverse("admin:programmes_practicecycle_change", args=[cycle.pk]),
        reverse("admin:activities_enrolment_change", args=[seat.pk]),
        reverse("admin:activities_enrolment_history", args=[seat.pk]),
        reverse("admin:activities_enrolment_changelist"),
        reverse("admin:people_person_change", args=[seat.person_id]),
        reverse("admin:people_person_change", args=[declared.with_person_id]),
        reverse("admin:activities_enrolment_export", args=["csv"]),
    ):
        said = body(client.get(url))
        assert MARKER not in said, url
        assert "éclarée en privé" not in said, url
        assert f"{LIST}?" not in said.replace(f"next={LIST}", ""), url
        assert f"{LIST}{declared.pk}/" not in said, url
    declared.refresh_from_db()
    assert declared.settled_at is None


def test_not_even_the_officer_in_charge_takes_it_away(client, cycle, declared):
    client.sign_in(cycle.officer)

    assert client.get(f"{LIST}exporter/csv/").status_code in (403, 404)
    export = client.get(reverse("admin:activities_enrolment_export", args=["csv"]))
    assert MARKER not in body(export)


def test_neither_the_group_nor_who_is_named_hears_of_it(
    client, cycle, seat, declared, colleague
):
    leader = FacilitatorFactory(activity=cycle).person
    own = cycle.enrolments.get(person=colleague)

    for person in (colleague, leader):
        client.sign_in(person)
        pages = ["/mon-espace/", "/mon-espace/donnees/", cycle.get_absolute_url()]
        if person == colleague:
            pages += [own.get_absolute_url(), *urls(own)[:1]]
        for url in pages:
            assert MARKER not in client.get(url).text, url
        exported = client.get("/mon-espace/donnees/export/")
        assert MARKER not in body(exported)
        # Not even that somebody said something.
        assert "l’un·e dépend" not in body(exported)


def test_the_journal_and_the_outbox_hold_nothing_of_it(seat, declared):
    difficulties.settle(declared)

    entries = [(e.action, str(e.data)) for e in JournalEntry.objects.all()]
    assert not [e for e in entries if "diffic" in str(e).lower() or MARKER in str(e)]
    assert not JournalEntry.objects.filter(content_type__model="difficulty").exists()
    for mail in OutgoingEmail.objects.all():
        assert MARKER not in f"{mail.subject} {mail.text} {mail.html}"


def test_whoever_declared_it_has_it_in_their_own_data(client, seat, declared):
    client.sign_in(seat.person)

    assert MARKER in body(client.get("/mon-espace/donnees/export/"))


def body(response):
    """What is read, unpacked."""
    raw = b"".join(response) if response.streaming else response.content
    if raw[:2] != b"PK":
        return raw.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
