"""Who writes in an application: invited, trusted, taken off, gone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from grants.services import editors
from tests.grants.factories import (
    BEGUN,
    ApplicationEditorFactory,
    ApplicationFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return PersonFactory()


@pytest.fixture
def application(owner):
    return ApplicationFactory(owner=owner)


def url_of(application, page="editors", *more):
    return reverse(f"grants:application-{page}", args=[application.uuid, *more])


def colleague(application, **traits):
    person = PersonFactory(**traits)
    AffiliationFactory(person=person, organisation=application.organisation)
    return person


def invited(client, application, address):
    response = client.post(url_of(application), {"address": address}, follow=True)
    return response.content.decode()


def test_colleague_with_an_account_is_invited_by_address(client, application, owner):
    friend = colleague(application)
    client.force_login(owner)

    page = invited(client, application, friend.email.upper())

    editor = application.editors.get(person=friend)
    assert (editor.role, editor.may_submit) == ("collaborator", False)
    assert "Si cette adresse" in page
    assert JournalEntry.objects.about(application).first().action == "invite"
    letter = OutgoingEmail.objects.get(template="grants/emails/invited")
    assert letter.to == friend.email
    client.force_login(friend)
    assert client.get(application.get_absolute_url()).status_code == 200


def test_the_answer_is_the_same_whoever_holds_the_address(client, application, owner):
    """No account, no affiliation, one that is over: nothing is added, nothing is said."""
    stranger = PersonFactory()
    unclaimed = colleague(application, unclaimed=True)
    former = PersonFactory()
    AffiliationFactory(
        person=former,
        organisation=application.organisation,
        starts_on=BEGUN,
        ends_on=today() - timedelta(days=1),
    )
    client.force_login(owner)

    addresses = ("personne@ailleurs.example", stranger.email, unclaimed.email)
    for address in (*addresses, former.email):
        page = invited(client, application, address)
        assert "Si cette adresse" in page
    assert application.editors.count() == 1


def test_invited_twice_is_one_line(application, owner):
    friend = colleague(application)

    editors.invite(application, friend.email, by=owner)
    editors.invite(application, friend.email, by=owner)

    assert application.editors.filter(person=friend).count() == 1


def test_twelve_are_enough(application, owner):
    for _n in range(editors.MOST - 1):
        ApplicationEditorFactory(application=application)

    with pytest.raises(MoveBlocked):
        editors.invite(application, colleague(application).email, by=owner)


def test_owner_trusts_a_collaborator_with_sending_and_takes_it_back(
    client, application, owner
):
    line = ApplicationEditorFactory(application=application)
    client.force_login(owner)
    change = url_of(application, "editor", line.pk)

    client.post(change, {"do": "trust"})
    line.refresh_from_db()
    assert line.may_submit
    assert line.person.has_perm("grants.submit_application", application)

    client.post(change, {"do": "distrust"})
    line.refresh_from_db()
    assert not line.may_submit
    assert client.post(change, {"do": "else"}).status_code == 404


def test_owner_takes_a_collaborator_off_who_sees_it_no_more(client, application, owner):
    line = ApplicationEditorFactory(application=application)
    client.force_login(owner)

    client.post(url_of(application, "editor", line.pk), {"do": "remove"})

    assert not application.editors.filter(pk=line.pk).exists()
    client.force_login(line.person)
    assert client.get(application.get_absolute_url()).status_code == 404


def test_collaborator_neither_invites_nor_takes_off_and_may_leave(client, application):
    mine = ApplicationEditorFactory(application=application)
    other = ApplicationEditorFactory(application=application)
    client.force_login(mine.person)

    assert 'name="address"' not in client.get(url_of(application)).content.decode()
    assert client.post(url_of(application), {"address": "x@y.fr"}).status_code == 403
    change = url_of(application, "editor", other.pk)
    assert client.post(change, {"do": "remove"}).status_code == 403

    assert client.get(url_of(application, "leave")).status_code == 200
    assert application.editors.filter(pk=mine.pk).exists()
    client.post(url_of(application, "leave"))
    assert not application.editors.filter(pk=mine.pk).exists()


def test_owner_stays(client, application, owner):
    client.force_login(owner)

    assert client.post(url_of(application, "leave")).status_code == 404
    with pytest.raises(MoveBlocked):
        editors.remove(application.editors.get(role="owner"), by=owner)
    line = application.editors.get(role="owner")
    response = client.post(url_of(application, "editor", line.pk), {"do": "remove"})
    assert response.status_code == 404


# --- The house puts somebody else in charge ------------------------------------------
@pytest.fixture
def sent(owner):
    return ApplicationFactory(owner=owner, sent=True)


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


def roles(application):
    return dict(application.editors.values_list("person", "role"))


def appoint_url(application):
    return reverse("admin:grants_application_appoint", args=[application.pk])


def test_of_an_author_who_left_a_colleague_takes_the_file(client, sent, owner, officer):
    AffiliationFactory(
        person=owner,
        organisation=sent.organisation,
        starts_on=today() - 9 * DAY,
        ends_on=today() - DAY,
    )
    friend = colleague(sent)
    client.sign_in(officer)

    client.post(appoint_url(sent), {"person": friend.pk})

    assert roles(sent) == {friend.pk: "owner"}
    assert not owner.has_perm("grants.write_application", sent)
    assert friend.has_perm("grants.submit_application", sent)
    letter = OutgoingEmail.objects.get(template="grants/emails/invited")
    assert letter.to == friend.email
    entry = JournalEntry.objects.about(sent).get(action="appoint")
    assert (entry.by, entry.data["person"]) == (officer, friend.pk)


def test_an_author_who_stays_writes_on(sent, owner, officer):
    friend = colleague(sent)

    editors.appoint(sent, friend, by=officer)

    assert roles(sent) == {owner.pk: "collaborator", friend.pk: "owner"}


@pytest.mark.parametrize("who", ["stranger", "gone", "unclaimed", "owner"])
def test_only_somebody_of_the_organisation_with_an_account(sent, owner, officer, who):
    people = {
        "stranger": PersonFactory,
        "gone": lambda: colleague_who_left(sent),
        "unclaimed": lambda: unclaimed(sent),
        "owner": lambda: owner,
    }
    person = people[who]()

    with pytest.raises(MoveBlocked):
        editors.appoint(sent, person, by=officer)

    assert roles(sent) == {owner.pk: "owner"}
    assert not OutgoingEmail.objects.exists()


def colleague_who_left(application):
    person = PersonFactory()
    AffiliationFactory(
        person=person,
        organisation=application.organisation,
        starts_on=today() - 9 * DAY,
        ends_on=today() - DAY,
    )
    return person


def unclaimed(application):
    person = colleague(application)
    person.set_unusable_password()
    person.save()
    return person


@pytest.mark.parametrize("trait", ["withdrawn", "inadmissible"])
def test_nobody_is_put_in_charge_of_what_is_over(owner, officer, trait):
    one = ApplicationFactory(owner=owner, **{trait: True})

    with pytest.raises(MoveBlocked):
        editors.appoint(one, colleague(one), by=officer)


def test_where_nobody_else_has_an_account_it_is_said(client, sent, officer):
    client.sign_in(officer)

    said = client.post(appoint_url(sent), {"person": ""}).content.decode()

    assert "Personne d’autre de cette structure n’a de compte" in said
    assert "Choisissez quelqu’un." in said
