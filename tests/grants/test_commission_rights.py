"""Who reads what of a sitting: others after one's own, no old link, the chair decides."""

import pytest
from django.urls import reverse

from grants.models import ApplicationRevision, Recusal, Review
from grants.services import interests, reviews, snapshots
from tests.grants.commission import (
    MemberFactory,
    free,
    in_review,
    presented,
    tied,
)
from tests.grants.commission_pages import card, file_url, opens, said, url
from tests.grants.factories import ApplicationDocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def application(sitting):
    one = presented(sitting, tour=True)
    content = snapshots.of(one)
    ApplicationRevision.objects.filter(application=one).update(snapshot=content)
    return one


@pytest.fixture
def person(sitting):
    return MemberFactory(sitting=sitting).person


@pytest.fixture
def member(client, person):
    client.sign_in(person)
    return client


@pytest.fixture
def opened(person, application):
    free(application, person)
    return application


# --- Others' (I10) -----------------------------------------------------------------------------
@pytest.fixture
def peer(opened):
    other = MemberFactory(sitting=opened.sitting).person
    free(opened, other)
    draft = reviews.begin(opened, other)
    project, budget, _route = opened.rules.criteria.order_by("order")
    words = {"opinion": "unfavourable", "suggested": 120, "comment": "Trop cher."}
    reviews.save(
        draft,
        words,
        {project.pk: 1, budget.pk: 1},
        version=0,
        revision=1,
        hand_in=True,
    )
    return other


def test_others_are_shown_after_ones_own_alone(member, opened, peer):
    for one in (file_url(opened), url("sitting", opened.sitting)):
        page = said(member.get(one))
        assert "Trop cher." not in page
        assert "120 €" not in page.replace("\u00a0", " ")
    assert "Après votre avis" in said(member.get(url("sitting", opened.sitting)))

    member.post(file_url(opened), card(opened))

    assert "Trop cher." in said(member.get(file_url(opened)))
    assert ">1,9<" in said(member.get(url("sitting", opened.sitting)))


def test_applicants_and_the_public_read_nothing_of_it(client, opened, peer):
    author = opened.editors.first().person
    question = reviews.ask(opened, "Est-ce signé ?", by=peer)
    reviews.answer(question, "Oui.", by=opened.rapporteur)
    client.sign_in(author)

    for way in ("application-detail", "application-thread", "application-estimate"):
        page = said(client.get(reverse(f"grants:{way}", args=[opened.uuid])))
        assert opened.title in page
        for secret in ("Trop cher.", "Est-ce signé", peer.full_name, "Déport"):
            assert secret not in page, way


# --- Documents ---------------------------------------------------------------------------------
def paper(application, key, *, bank=False, members=True, scan="clean"):
    application.rules.requirements.filter(key=key).update(
        is_bank=bank, read_by_members=members
    )
    return ApplicationDocumentFactory(
        application=application, requirement=key, scan=scan, name=f"{key}.pdf"
    )


def test_members_open_what_they_are_given_and_no_bank_details(member, opened):
    shown = paper(opened, "urssaf")
    hidden = [
        paper(opened, "rib", bank=True),
        paper(opened, "urssaf", scan="pending"),
    ]

    page = said(member.get(file_url(opened)))
    assert str(shown.uuid) in page
    assert opens(member, file_url(opened, "paper", shown.uuid)) == 200
    for one in hidden:
        assert str(one.uuid) not in page
        assert member.get(file_url(opened, "paper", one.uuid)).status_code == 404


def test_of_a_file_one_stands_back_from_every_old_link_is_dead(member, person, opened):
    shown = paper(opened, "urssaf")
    links = [
        file_url(opened),
        file_url(opened, "paper", shown.uuid),
        reverse("grants:paper-file", args=[opened.uuid, shown.uuid]),
        reverse("grants:application-detail", args=[opened.uuid]),
    ]
    assert [opens(member, one) for one in links[:2]] == [200, 200]

    interests.stand_back(opened, person, "family", by=person)

    for one in links:
        assert member.get(one).status_code == 404, one
    for answers in (card(opened), {"body": "Pourquoi ?"}):
        assert member.post(file_url(opened), answers).status_code == 404
    asked = member.post(file_url(opened, "question"), {"body": "Pourquoi ?"})
    assert asked.status_code == 404
    assert not opened.questions.exists()
    assert not Review.objects.exists()


# --- The chair ------------------------------------------------------------------------------------
def test_the_chair_decides_and_never_about_themselves(client, sitting, opened, person):
    chair = MemberFactory(sitting=sitting, chair=True).person
    other, own = tied(opened, person), tied(opened, chair)
    client.sign_in(chair)
    page = said(client.get(url("recusals", sitting)))
    assert person.full_name in page
    assert f'value="{own.pk}"' not in page

    lifted = {"recusal": other.pk, "move": "lift"}
    refused = client.post(url("recusals", sitting), lifted, follow=True)
    assert "pourquoi" in said(refused)
    client.post(url("recusals", sitting), lifted | {"reason": "Un homonyme."})
    client.post(
        url("recusals", sitting), {"recusal": own.pk, "move": "lift", "reason": "Moi."}
    )

    states = dict(Recusal.objects.values_list("person", "state"))
    assert states == {person.pk: "lifted", chair.pk: "in_force"}


def test_a_member_decides_nothing(member, sitting, application):
    other = tied(application, MemberFactory(sitting=sitting).person)

    for answers in (None, {"recusal": other.pk, "move": "lift", "reason": "Si."}):
        ask = member.get if answers is None else member.post
        assert ask(url("recusals", sitting), answers).status_code == 403
    other.refresh_from_db()
    assert other.state == "in_force"
