"""Where an agreement is read and signed: the room of the two, and the desk."""

import pytest
from django.urls import reverse

from agency.core.clock import today
from mentoring.services import agreements
from mentoring.services.agreement_copies import make
from tests.mentoring.agreements import all_sign, pending_pair, posted, signed
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return pending_pair()


def at(name, pair):
    return reverse(f"mentoring:pair-{name}", args=[pair.uuid])


def desk(name, pair, *more):
    return reverse(f"admin:mentoring_pair_{name}", args=[pair.pk, *more])


def test_it_is_one_press_from_ones_own_space(client, pair):
    client.sign_in(pair.mentee)
    assert at("agreement", pair) in client.get(reverse("pages:own-space")).text

    page = client.get(at("agreement", pair)).text
    agreement = agreements.in_force(pair)
    assert all(one["title"] in page for one in agreement.articles)
    answer = client.post(at("agreement", pair), posted(agreement, pair.mentee))

    assert answer.url == pair.get_absolute_url()
    assert at("agreement", pair) not in client.get(reverse("pages:own-space")).text
    assert "Lire la convention" in client.get(pair.get_absolute_url()).text


def test_a_name_that_is_not_theirs_comes_back_with_what_was_typed(client, pair):
    client.sign_in(pair.mentor)
    agreement = agreements.in_force(pair)
    said = posted(agreement, pair.mentor) | {"typed_name": "Une autre"}

    page = client.post(at("agreement", pair), said).text

    assert "Signez de votre nom" in page
    assert 'value="Une autre"' in page
    assert not agreement.signatures.exists()


def test_under_a_text_corrected_meanwhile_nothing_is_signed(client, pair):
    client.sign_in(pair.mentor)
    old = agreements.in_force(pair)
    client.get(at("agreement", pair))
    words = {"objectives": "Autre chose.", "way": "both"}
    names = ("cancellation", "confidentiality", "early_end")
    words |= {name: getattr(old, name) for name in names}
    client.sign_in(pair.activity.officer).post(desk("terms", pair), words)

    page = client.sign_in(pair.mentor).post(
        at("agreement", pair), posted(old, pair.mentor)
    )

    new = agreements.in_force(pair)
    assert "a \u00e9t\u00e9 corrig\u00e9e" in page.text
    assert f'value="{new.sha256}"' in page.text
    assert "Autre chose." in page.text
    assert not new.names


def test_signed_it_is_read_and_handed_out(client, pair):
    all_sign(pair)
    make(agreements.in_force(pair).pk)
    client.sign_in(pair.mentor)

    assert at("agreement", pair) in client.get(pair.get_absolute_url()).text
    page = client.get(at("agreement", pair)).text
    assert "Sign\u00e9e par les trois" in page
    answer = client.get(at("agreement-file", pair))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")


def test_before_it_is_made_its_file_is_made_on_the_spot(client, pair):
    answer = client.sign_in(pair.mentee).get(at("agreement-file", pair))

    assert answer.content.startswith(b"%PDF")


def test_it_is_found_by_nobody_else(client, pair):
    for person in (PersonFactory(), pair.activity.officer, PersonFactory(mfa=True)):
        client.sign_in(person)
        for name in ("agreement", "agreement-file"):
            assert client.get(at(name, pair)).status_code == 404


# --- The desk ------------------------------------------------------------------------
def test_its_officer_signs_for_the_agency(client, pair):
    officer = pair.activity.officer
    client.sign_in(officer)
    assert desk("agreement", pair) in client.get(desk("change", pair)).text
    agreement = agreements.in_force(pair)
    assert "Signer au nom de l\u2019agence" in client.get(desk("agreement", pair)).text

    wrong = posted(agreement, officer) | {"typed_name": "Une autre"}
    assert "Signez de votre nom" in client.post(desk("agreement", pair), wrong).text
    client.post(desk("agreement", pair), posted(agreement, officer))

    assert list(agreements.in_force(pair).names) == ["agency"]
    page = client.get(desk("change", pair)).text
    assert "1 signature sur trois" in page


def test_a_colleague_does_not_know_of_it(client, pair):
    for trait in ("officer", "direction", "superuser"):
        client.sign_in(PersonFactory(**{trait: True}))
        for name in ("agreement", "terms", "agreement_file"):
            assert client.get(desk(name, pair)).status_code in (403, 404)


def test_signed_on_paper_it_begins_with_its_day(client, pair):
    client.sign_in(pair.activity.officer)
    step = desk("move", pair, "activate")
    assert "papier" in client.get(step).text

    assert client.post(step, {"paper_on": ""}).status_code == 200
    client.post(step, {"paper_on": today().isoformat()})

    pair.refresh_from_db()
    assert (pair.state, agreements.in_force(pair).on_paper_on) == ("active", today())
    assert desk("terms", pair) not in client.get(desk("agreement", pair)).text
    assert client.get(desk("terms", pair)).status_code == 302


def test_what_waits_for_their_name_is_in_the_morning(client, pair):
    client.sign_in(pair.activity.officer)
    assert (
        "Convention de mentorat \u00e0 signer"
        in client.get(reverse("admin:index")).text
    )

    signed(pair, pair.activity.officer)

    assert (
        "Convention de mentorat \u00e0 signer"
        not in client.get(reverse("admin:index")).text
    )


def test_its_file_is_on_the_desk_made_or_not(client, pair):
    client.sign_in(pair.activity.officer)
    assert client.get(desk("agreement_file", pair)).content.startswith(b"%PDF")

    make(agreements.in_force(pair).pk)

    answer = client.get(desk("agreement_file", pair))
    assert b"".join(answer).startswith(b"%PDF")
    assert "CVT-" in client.get(desk("agreement", pair)).text
