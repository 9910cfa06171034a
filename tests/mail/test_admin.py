"""The outbox as staff see it: all of the proof, none of the keys."""

import pytest

from agency.mail import delivery
from agency.mail.models import OutgoingEmail
from agency.mail.services import send
from agency.mail.states import EmailState
from tests.documents.factories import issue
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/gestion/mail/outgoingemail/"
SECRET = "https://plateau.example/compte/activation/marker-secret/"


@pytest.fixture
def reader():
    return PersonFactory(given_name="Zoé", family_name="L’Hôte")


@pytest.fixture
def email(template, reader):
    name = template("Théâtre : votre lien\n\nBonjour,\n\nOuvrir :\n{{ key }}\n")
    return send(name, to=reader, context={}, key=SECRET)


def page(email, *, step=""):
    return f"{LIST}{email.pk}/{step or 'change/'}"


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", ["officer", "secretary", "direction"])
def test_staff_who_convene_read_everything_but_the_key(client, role, email, request):
    client.sign_in(request.getfixturevalue(role))
    delivered = [False, True]

    for sent in delivered:
        if sent:
            delivery.deliver(email.pk)
        told = read(client, LIST) + read(client, page(email))
        told += read(client, page(email, step="history/"))
        told += read(client, f"{LIST}exporter/csv/")
        assert "marker-secret" not in told
        assert "⟦lien personnel⟧" in told


@pytest.mark.parametrize("role", ["accountant", "superuser", "stranger"])
def test_others_do_not_read_it(client, role, email, request):
    client.sign_in(request.getfixturevalue(role))

    assert client.get(LIST).status_code in {302, 403}
    assert client.get(page(email)).status_code in {302, 403, 404}


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions(
    client, officer, template, count, django_assert_max_num_queries
):
    name = template()
    for number in range(count):
        send(name, to=PersonFactory(), context={"title": str(number)})
    client.sign_in(officer)

    with django_assert_max_num_queries(12):
        read(client, LIST)


@pytest.mark.parametrize("words", ["theatre", "zoe", "l'hote", "Zoé théâtre"])
def test_search_minds_neither_accents_nor_case(client, officer, email, template, words):
    send(template(name="t/other"), to="x@y.example", context={"title": "Autre objet"})
    client.sign_in(officer)

    found = client.get(LIST, {"q": words}).content.decode()

    assert "Théâtre" in found
    assert "Autre objet" not in found


def test_filter_by_message_and_by_account(client, officer, template):
    for name in ("activities/emails/session_convocation", "account/email/login_code"):
        send(template(name=name), to="x@y.example", context={"title": f"« {name} »"})
    client.sign_in(officer)

    convocations = read(client, f"{LIST}?message=activities/emails/session_convocation")
    accounts = read(client, f"{LIST}?message=account")

    assert "« account/email" not in convocations
    assert "« activities/emails" in convocations
    assert "« activities/emails" not in accounts
    assert "« account/email" in accounts


def test_attachments_lead_to_their_documents(client, officer, template, reader):
    document = issue(recipient=reader)
    files = [document, ("seance.ics", "text/calendar", "BEGIN:VCALENDAR")]
    email = send(template(), to=reader, context={"title": "T"}, attachments=files)
    client.sign_in(officer)

    html = read(client, page(email))

    assert f'href="{document.get_absolute_url()}"' in html
    assert "seance.ics" in html


def test_text_of_a_message_is_not_html(client, officer, template):
    email = send(template(), to="x@y.example", context={"title": "<script>alert(1)"})
    client.sign_in(officer)

    assert "<script>alert" not in read(client, page(email))


def refuse(email):
    OutgoingEmail.objects.filter(pk=email.pk).update(
        state=EmailState.FAILED, last_error="550 5.1.1 Non"
    )


def test_refused_message_is_sent_again_after_a_confirmation(
    client, officer, template, reader, mailoutbox
):
    email = send(template(), to=reader, context={"title": "T"})
    refuse(email)
    client.sign_in(officer)
    url = page(email, step="etape/resend/")

    assert url in read(client, page(email))
    assert "mot pour mot" in read(client, url)
    client.post(url, {"reason": ""})

    email.refresh_from_db()
    assert email.state == EmailState.SENT
    assert [sent.to for sent in mailoutbox] == [[reader.email]]


def test_several_are_sent_again_at_once(client, officer, template, mailoutbox):
    for number in range(3):
        refuse(send(template(), to=f"p{number}@y.example", context={"title": "T"}))
    client.sign_in(officer)
    data = {
        "action": "move_resend",
        "_selected_action": list(OutgoingEmail.objects.values_list("pk", flat=True)),
        "confirmed": "1",
    }

    client.post(LIST, data)

    assert len(mailoutbox) == 3


def test_account_message_has_no_button_and_says_why(client, officer, template):
    name = template(name="account/email/login_code")
    email = send(name, to="x@y.example", context={"title": "T"})
    refuse(email)
    client.sign_in(officer)
    url = page(email, step="etape/resend/")

    html = read(client, page(email))
    client.post(url, {"reason": ""})

    assert url not in html
    assert "ne se renvoie pas d’ici" in html
    email.refresh_from_db()
    assert email.state == EmailState.FAILED


def test_accountant_may_not_send_again(client, accountant, email):
    refuse(email)
    client.sign_in(accountant)

    response = client.post(page(email, step="etape/resend/"), {"reason": ""})

    assert response.status_code in {403, 404}
    email.refresh_from_db()
    assert email.state == EmailState.FAILED


def test_address_is_marked_and_unmarked_from_a_message(client, officer, email, reader):
    client.sign_in(officer)
    url = page(email, step="adresse/")

    assert url in read(client, page(email))
    read(client, url)
    client.post(url, {"flag": "1"})
    reader.refresh_from_db()
    assert reader.email_refused_at is not None

    read(client, url)
    client.post(url, {"unflag": "1"})
    reader.refresh_from_db()
    assert reader.email_refused_at is None


def test_address_of_nobody_cannot_be_marked(client, officer, template):
    email = send(template(), to="x@y.example", context={"title": "T"})
    client.sign_in(officer)

    response = client.post(page(email, step="adresse/"), {"flag": "1"})

    assert response.status_code == 302


def test_proof_cannot_be_edited(client, officer, email):
    client.sign_in(officer)

    response = client.post(page(email), {"to": "autre@y.example"})

    assert response.status_code == 403
