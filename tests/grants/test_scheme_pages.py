"""What everybody reads of schemes: what they pay, for whom, until when."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from agency.core.clock import PARIS, now, today, travel
from agency.core.dates import day
from agency.core.figures import euros
from grants import wording
from tests.grants.factories import (
    RulesFactory,
    SchemeFactory,
    SittingFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("grants:scheme-list")
DAY = timedelta(days=1)


@pytest.fixture
def rules():
    return RulesFactory(full=True, is_example=True, cap_per_application=5000)


# --- The list -------------------------------------------------------------------------
def test_no_scheme_yet(client):
    page = client.get(LIST).text

    assert "Aucun dispositif n’est encore publié." in page


def test_a_scheme_stands_with_what_it_pays_and_its_next_deadline(client):
    with travel(datetime(2026, 11, 10, 10, tzinfo=PARIS)):
        rules = RulesFactory(full=True, cap_per_application=5000)
        SittingFactory(
            schemes=[rules.scheme],
            deadline_at=datetime(2026, 12, 21, 23, 59, tzinfo=PARIS),
        )
        page = client.get(LIST).text

    assert rules.scheme.name in page
    assert (
        "De 50 à 80\u202f% des dépenses prises en compte, 5\u202f000\u00a0€ au plus"
        in page
    )
    assert 'datetime="2026-12-21"' in page
    assert "Prochain dépôt\u202f: lundi 21\u00a0décembre, 23\u00a0h\u00a059." in page
    assert "Dépôt ouvert" in page


def test_one_applied_for_elsewhere_says_where(client):
    scheme = SchemeFactory(
        takes_applications=False, apply_elsewhere="À l’agence voisine."
    )
    RulesFactory(scheme=scheme)

    assert "À l’agence voisine." in client.get(LIST).text
    assert "À l’agence voisine." in client.get(scheme.get_absolute_url()).text


def test_a_scheme_without_published_rules_is_the_houses(client, officer):
    scheme = RulesFactory(draft=True).scheme

    assert scheme.name not in client.get(LIST).text
    assert client.get(scheme.get_absolute_url()).status_code == 404
    client.sign_in(officer)
    assert scheme.name not in client.get(LIST).text
    assert client.get(scheme.get_absolute_url()).status_code == 404


def test_the_list_takes_as_many_queries_for_many(client, django_assert_max_num_queries):
    for _number in range(6):
        rules = RulesFactory(full=True)
        SittingFactory(schemes=[rules.scheme])

    with django_assert_max_num_queries(7):
        client.get(LIST)


# --- One --------------------------------------------------------------------------------
def test_its_page_says_everything(client, rules):
    SittingFactory(schemes=[rules.scheme])

    page = client.get(rules.scheme.get_absolute_url()).text

    for said in (
        rules.pays,
        rules.who,
        "80\u202f%",
        "0,30\u00a0€",
        "Exemple, 2020",
        "5\u202f000\u00a0€ au plus par dossier.",
        "Deux représentations au moins.",
        "Attestation Urssaf",
        "datée de moins de 6 mois",
        "Ce qui vaut cette note.",
        "Valeurs d’exemple.",
        "Prochain dépôt",
    ):
        assert said in page


def test_its_page_takes_few_queries(client, rules, django_assert_max_num_queries):
    SittingFactory.create_batch(3, schemes=[rules.scheme])

    with django_assert_max_num_queries(15):
        client.get(rules.scheme.get_absolute_url())


def test_an_older_version_is_read_by_its_number(client):
    scheme = SchemeFactory()
    old = RulesFactory(scheme=scheme, valid_until=today() - DAY, pays="Avant.")
    new = RulesFactory(scheme=scheme, valid_from=today(), pays="Maintenant.")

    current = client.get(scheme.get_absolute_url()).text
    address = reverse("grants:scheme-version", args=[scheme.slug, old.number])
    page = client.get(address).text

    assert "Maintenant." in current
    assert address in current
    assert "Avant." in page
    assert "en vigueur jusqu’au" in page
    missing = reverse("grants:scheme-version", args=[scheme.slug, new.number + 1])
    assert client.get(missing).status_code == 404


def test_a_draft_is_read_by_nobody_on_the_site(client, rules, officer):
    draft = RulesFactory(scheme=rules.scheme, draft=True)
    address = reverse("grants:scheme-version", args=[rules.scheme.slug, draft.number])

    assert client.get(address).status_code == 404
    assert client.sign_in(officer).get(address).status_code == 404


def test_retired_rules_say_so(client, rules):
    RulesFactory(scheme=rules.scheme, number=7, state="retired", pays="Jadis.")
    address = reverse("grants:scheme-version", args=[rules.scheme.slug, 7])

    assert "Ce règlement n’est plus en vigueur." in client.get(address).text


def test_a_deadline_that_is_past_is_no_longer_the_next(client, rules):
    SittingFactory(schemes=[rules.scheme], closed=True)

    page = client.get(rules.scheme.get_absolute_url()).text

    assert "Prochain dépôt" not in page
    assert "Dépôt clos" in page


def test_the_deadline_is_in_time_to_its_very_moment(client):
    deadline = datetime(2026, 12, 21, 23, 59, tzinfo=PARIS)
    with travel(deadline - timedelta(days=20)):
        rules = RulesFactory(full=True)
        SittingFactory(schemes=[rules.scheme], deadline_at=deadline)
    with travel(deadline):
        assert "Dépôt ouvert" in client.get(rules.scheme.get_absolute_url()).text
    with travel(deadline + timedelta(seconds=1)):
        assert "Dépôt ouvert" not in client.get(rules.scheme.get_absolute_url()).text


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_commission_that_is_not_announced_has_no_date_here(client, rules, state):
    sitting = SittingFactory(schemes=[rules.scheme])
    type(sitting.session.activity).objects.filter(
        pk=sitting.session.activity_id
    ).update(state=state)

    assert "Prochain dépôt" not in client.get(rules.scheme.get_absolute_url()).text


def test_it_stands_in_the_navigation(client):
    assert f'href="{LIST}" aria-current="page">Aides' in client.get(LIST).text


# --- In sentences -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Decimal("5000.00"), "5\u202f000\u00a0€"),
        (Decimal("0.3000"), "0,30\u00a0€"),
        (Decimal("0.3025"), "0,3025\u00a0€"),
        (Decimal("1234567.50"), "1\u202f234\u202f567,50\u00a0€"),
        (0, "0\u00a0€"),
        (None, ""),
    ],
)
def test_amounts_are_written_as_in_french(amount, said):
    assert euros(amount) == said


def test_caps_are_sentences_in_the_order_of_the_computation():
    rules = RulesFactory(
        deduct_host=False,
        cap_to_deficit=True,
        cap_per_performance=400,
        performances_counted=12,
        cap_per_show_season=6000,
        public_ceiling=80,
        minimum_award=300,
    )

    assert wording.caps(rules) == [
        "L’aide ne dépasse jamais le déficit de la tournée.",
        "400\u00a0€ au plus par représentation\u202f; 12 comptent au plus.",
        "6\u202f000\u00a0€ au plus par spectacle et par saison.",
        "Toutes les aides publiques réunies couvrent au plus 80\u202f% des dépenses.",
        "L’aide ne dépasse jamais ce que vous demandez.",
        "En dessous de 300\u00a0€, rien n’est versé.",
        "Le résultat est arrondi par défaut à 10\u00a0€.",
    ]


def test_a_zone_from_a_distance_says_so():
    zone = ZoneFactory(from_km=1500)

    assert "à partir de 1\u202f500 kilomètres aller et retour" in wording.zone_name(
        zone
    )


def test_an_aid_paid_at_the_end_says_so():
    said = wording.payment(RulesFactory(advance=0))

    assert said[0] == "L’aide est versée sur présentation du bilan."


def test_a_sitting_to_come_says_from_when(client, rules):
    SittingFactory(
        schemes=[rules.scheme],
        to_come=True,
        opens_at=now() + timedelta(days=5),
    )

    page = client.get(rules.scheme.get_absolute_url()).text

    assert "Dépôt à venir" in page


# --- On the home page ------------------------------------------------------------------
def test_the_home_page_says_for_what_one_may_apply_and_until_when(client):
    open_now, later = RulesFactory(full=True), RulesFactory(full=True)
    sitting = SittingFactory(schemes=[open_now.scheme])
    SittingFactory(schemes=[later.scheme], to_come=True)

    page = client.get("/").content.decode()

    assert open_now.scheme.name in page
    assert later.scheme.name not in page
    assert day(sitting.meets_at) in page


def test_the_home_page_is_silent_when_nothing_is_open(client):
    RulesFactory(full=True)

    assert "Demander une aide" not in client.get("/").content.decode()
