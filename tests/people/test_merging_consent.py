"""Of two accounts of one person, one is closed only after its owner agreed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from agency.core.clock import now
from agency.core.models import JournalEntry
from agency.mail.delivery import sweep
from agency.mail.models import OutgoingEmail
from agency.people.models import Merge, MergeConsent, Person
from agency.people.services import agreements, merging
from agency.people.services.accounts import Refused
from tests.people.factories import PASSWORD, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    kept = PersonFactory(given_name="Awa", family_name="Diallo")
    return kept, PersonFactory(given_name="Awa", family_name="Diallo-Morel")


@pytest.fixture
def asked(two, officer):
    agreements.ask(*two, by=officer)
    return two


def link_in(mail):
    word = next(word for word in mail.body.split() if "/compte/reunion/" in word)
    return "/" + word.split("/", 3)[3]


def form_of(client, link):
    return client.get(link, follow=True).redirect_chain[-1][0]


def test_the_owner_reads_agrees_and_the_account_is_closed(
    asked, officer, client, mailoutbox
):
    kept, dropped = asked
    sweep()
    assert mailoutbox[0].to == [dropped.email]
    form = form_of(client, link_in(mailoutbox[0]))
    assert form == reverse("people:merge-consent", args=[1, "accord"]).replace(
        "/1/", f"/{MergeConsent.objects.get().pk}/"
    )
    page = client.get(form)
    assert dropped.email in page.text
    # The address of the other record is not told to whoever reads this one's mail.
    assert kept.email not in page.text
    with pytest.raises(Refused, match="d’accord"):
        merging.merge(kept, dropped, by=officer)

    assert "Merci" in client.post(form).text

    merging.merge(kept, dropped, by=officer)
    assert not client.login(email=dropped.email, password=PASSWORD)
    said = JournalEntry.objects.about(dropped).values_list("action", "by")
    assert list(said)[1] == ("agree_to_merge", dropped.pk)


def test_the_outbox_holds_no_key(asked):
    email = OutgoingEmail.objects.get()

    assert "/compte/reunion/" not in email.text + email.html + email.subject
    assert email.has_secret


def test_a_link_is_good_once(asked, client, mailoutbox):
    sweep()
    link = link_in(mailoutbox[0])
    client.post(form_of(client, link))

    response = client.get(link)

    assert response.status_code == 404
    assert "plus valable" in response.text


def test_two_presses_agree_once(asked):
    first, second = (MergeConsent.objects.get() for _ in range(2))
    agreements.agree(first)

    with pytest.raises(Refused, match="déjà donné"):
        agreements.agree(second)


def test_a_later_request_voids_the_link_before(asked, officer, client, mailoutbox):
    sweep()
    agreements.ask(*asked, by=officer)
    sweep()
    old, new = (link_in(mail) for mail in mailoutbox)

    assert client.get(old).status_code == 404
    assert client.post(form_of(client, new)).status_code == 200


def test_a_link_is_too_old_after_some_days(asked, client, mailoutbox, settings):
    sweep()
    later = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)

    with travel(now() + later):
        assert client.get(link_in(mailoutbox[0])).status_code == 404


def test_a_forged_link_is_none(asked, client):
    pk = MergeConsent.objects.get().pk

    for arguments in ([pk, "abc-def"], [pk + 1, "abc-def"], [pk, "accord"]):
        address = reverse("people:merge-consent", args=arguments)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert MergeConsent.objects.get().given_at is None


def test_an_agreement_is_for_these_two_and_that_way_round(asked, officer):
    kept, dropped = asked
    agreements.agree(MergeConsent.objects.get())

    for pair in ((dropped, kept), (PersonFactory(), dropped)):
        with pytest.raises(Refused, match="d’accord"):
            merging.merge(*pair, by=officer)


def test_an_agreement_is_used_within_the_month(asked, officer):
    agreements.agree(MergeConsent.objects.get())

    with travel(now() + timedelta(days=31)), pytest.raises(Refused, match="d’accord"):
        merging.merge(*asked, by=officer)


def test_nobody_is_asked_for_what_could_not_be_done(two, officer):
    RoleFactory(person=two[1], role="facilitator")

    with pytest.raises(Refused, match="direction"):
        agreements.ask(*two, by=officer)

    assert not OutgoingEmail.objects.exists()


def test_nobody_is_asked_who_has_no_account(two, officer):
    with pytest.raises(Refused, match="pas d’accord à demander"):
        agreements.ask(two[0], PersonFactory(unclaimed=True), by=officer)


def test_an_account_that_was_closed_opens_again_when_the_merge_is_undone(
    asked, officer, client
):
    agreements.agree(MergeConsent.objects.get())
    merge = merging.merge(*asked, by=officer)
    assert Merge.objects.count() == 1

    merging.undo(merge, by=officer)

    assert Person.objects.get(pk=asked[1].pk).is_active
    assert client.login(email=asked[1].email, password=PASSWORD)
