"""A person leaves with their data, and nobody else loses a word."""

import json
import uuid

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as WebSession
from django.core.files.base import ContentFile
from django.urls import reverse

from agency.activities.choices import ParticipationMode
from agency.activities.services import enrolments
from agency.activities.states import ParticipationState
from agency.core import journal
from agency.core.clock import now
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.mail.delivery import sweep
from agency.mail.models import OutgoingEmail
from agency.mail.services import send
from agency.mail.states import EmailState
from agency.people import privacy
from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import erasure
from agency.people.services.erasure import ErasureRefused
from tests.activities.factories import (
    ActivityFactory,
    ConvocationFactory,
    FacilitatorFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    MandateFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

MARK = "zibeline"
OTHER = "ornithorynque"


def full_of(mark, client, **fields):
    """A person who left a trace in every table, each holding ``mark``."""
    person = PersonFactory(
        given_name=f"{mark} prénom",
        family_name=f"{mark} nom",
        email=f"{mark}@example.org",
        pronouns=mark,
        phone="+33612345678",
        address=f"1 rue {mark}",
        postal_code=mark[:10],
        city=mark,
        mfa=True,
        **fields,
    )
    AffiliationFactory(
        person=person, job_title=f"{mark} fonction", practising_since=2012
    )
    RoleFactory(person=person, role=RoleName.FACILITATOR)
    MembershipFactory(organisation=None, person=person)
    MandateFactory(person=person)
    FacilitatorFactory(
        activity=ActivityFactory(completed=True), person=person, qualification=mark
    )
    activity = ActivityFactory(sessions=2)
    enrolments.register(activity, person=person, mode=ParticipationMode.ONSITE)
    send("people/emails/second_factor_reset", to=person, context={"by": person})
    send(
        "people/emails/account_claim",
        to=f"{mark}@example.org",
        context={"days": 3},
        attachments=[(f"{mark}.txt", "text/plain", mark)],
    )
    journal.record(person, "invite", by=person)
    convened(person, mark)
    LogEntry.objects.create(
        user=person,
        content_type=ContentType.objects.get_for_model(Person),
        object_id=person.pk,
        object_repr=mark,
        action_flag=CHANGE,
    )
    client.sign_in(person)
    client.get(reverse("people:personal-data"))
    UserSession.objects.get_or_create(
        session_key=client.session.session_key,
        defaults={"user": person, "ip": "192.0.2.1", "user_agent": mark},
    )
    return person


def convened(person, mark):
    """Their convocation: a letter in the private files, and what went wrong before."""
    participation = person.participations.earliest("pk")
    document = IssuedDocument.objects.create(
        kind="session_convocation",
        reference=f"CONV-2026-{person.pk:04d}",
        title=f"Convocation de {mark}",
        about=participation.session,
        recipient=person,
        file=ContentFile(mark.encode(), name=f"{uuid.uuid4()}.pdf"),
        size=1,
        sha256="0" * 64,
        content_hash="0" * 64,
        issued_at=now(),
    )
    ConvocationFactory(
        participation=participation,
        convening__session=participation.session,
        document=document,
        error=mark,
    )


def found_in_the_database(mark):
    """The columns in which ``mark`` stands, of every table there is."""
    columns = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for value in model._base_manager.values_list(field.name, flat=True):
                text = bytes(value).decode("latin-1") if is_bytes(value) else str(value)
                if mark in text.lower():
                    columns.append(f"{model._meta.label}.{field.name}")
    return sorted(set(columns))


def is_bytes(value):
    return isinstance(value, bytes | memoryview)


def test_erasure_leaves_no_word_of_the_person(
    client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        person = full_of(MARK, client)
    assert len(found_in_the_database(MARK)) > 15  # there was something to erase

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    assert found_in_the_database(MARK) == []


def test_erasure_deletes_the_files(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        person = full_of(MARK, client)
    document = IssuedDocument.objects.get(recipient=person)
    storage, name = document.file.storage, document.file.name
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    assert not storage.exists(name)
    document.refresh_from_db()
    assert (document.reference, document.sha256) == (
        f"CONV-2026-{person.pk:04d}",
        "0" * 64,
    )


def test_a_refused_erasure_deletes_no_file(client, django_capture_on_commit_callbacks):
    person = full_of(MARK, client)
    ActivityFactory(officer=person)

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ErasureRefused),
    ):
        erasure.erase(person, by=person)

    document = IssuedDocument.objects.get(recipient=person)
    assert document.file.storage.exists(document.file.name)


def test_erasure_leaves_others_alone(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        other = full_of(OTHER, type(client)())
        person = full_of(MARK, client)
    journal.record(other, "invite", by=person)
    before = erasure.export(other)
    there = found_in_the_database(OTHER)

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    after = erasure.export(other)
    assert found_in_the_database(OTHER) == there
    assert sections(after) == sections(before)
    other.refresh_from_db()
    assert other.is_active


def sections(exported):
    return list(exported.values())[-1]


def test_erasure_keeps_facts_and_numbers(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        person = full_of(MARK, client)
    session = person.participations.earliest("pk").session
    entries = JournalEntry.objects.filter(by=person).count()

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    person.refresh_from_db()
    assert person.full_name == "Personne effacée"
    assert (person.email, person.is_active) == (None, False)
    assert person.erased_at is not None
    assert not person.has_usable_password()
    assert person.enrolments.get().is_over
    assert session.participations.get().state != ParticipationState.EXPECTED
    assert person.affiliations.get().practising_since is None
    assert JournalEntry.objects.filter(by=person).count() > entries
    assert list(journal.broken_links()) == []


def test_erasure_ends_every_way_in(client):
    person = full_of(MARK, client)

    erasure.erase(person, by=person)

    assert not EmailAddress.objects.filter(user=person).exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert not UserSession.objects.filter(user=person).exists()
    assert not WebSession.objects.exists()
    response = client.get(reverse("people:personal-data"))
    assert response.status_code == 302
    assert isinstance(response.wsgi_request.user, AnonymousUser)


def test_erasure_stops_what_was_about_to_leave(client, mailoutbox):
    person = full_of(MARK, client)
    mailoutbox.clear()

    erasure.erase(person, by=person)
    sweep()

    assert [mail.subject for mail in mailoutbox] == ["Vos données sont effacées"]
    rest = OutgoingEmail.objects.exclude(template=erasure.FAREWELL)
    assert set(rest.values_list("state", flat=True)) == {EmailState.SUPPRESSED}


def test_the_last_message_leaves_and_its_address_goes(
    mailoutbox, django_capture_on_commit_callbacks
):
    person = PersonFactory(email=f"{MARK}@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    assert [mail.to for mail in mailoutbox] == [[f"{MARK}@example.org"]]
    assert mailoutbox[0].subject == "Vos données sont effacées"
    row = OutgoingEmail.objects.get()
    assert (row.state, row.to, row.person) == (EmailState.SENT, "", None)


def test_the_address_waits_while_the_mail_server_is_away(mailoutbox):
    person = PersonFactory(email=f"{MARK}@example.org")
    erasure.erase(person, by=person)  # on-commit callbacks do not run: a broker away

    erasure.forget_farewells()
    assert OutgoingEmail.objects.get().to == f"{MARK}@example.org"
    sweep()
    erasure.forget_farewells()

    assert len(mailoutbox) == 1
    assert OutgoingEmail.objects.get().to == ""


def test_erasing_twice_is_erasing_once():
    person = PersonFactory()
    stale = Person.objects.get(pk=person.pk)
    erasure.erase(person, by=person)

    erasure.erase(stale, by=stale)

    assert JournalEntry.objects.about(person).filter(action="erase").count() == 1


@pytest.mark.parametrize("trait", ["officer", "direction", "accountant", "superuser"])
def test_staff_hand_over_first(trait):
    person = PersonFactory(**{trait: True})

    with pytest.raises(ErasureRefused) as refused:
        erasure.erase(person, by=person)

    assert "la direction doit y mettre fin" in refused.value.args[0]
    person.refresh_from_db()
    assert person.erased_at is None


def test_an_officer_in_charge_hands_over_first():
    person = PersonFactory()
    ActivityFactory(officer=person, completed=True)
    assert privacy.blockers(person) == []

    ActivityFactory(officer=person)

    assert len(privacy.blockers(person)) == 1


def test_a_facilitator_hands_over_first():
    facilitator = FacilitatorFactory(activity=ActivityFactory())

    assert "animez des séances" in str(privacy.blockers(facilitator.person)[0])


def test_export_holds_everything_in_french(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        person = full_of(MARK, client)

    exported = erasure.export(person)

    text = json.dumps(exported, ensure_ascii=False)
    assert exported["Concerne"] == f"{MARK} prénom {MARK} nom"
    assert f"{MARK} fonction" in text
    assert person.phone.as_e164 in text
    lines = {one["Nature"]: one["Lignes"] for one in exported["Données"]}
    assert lines["Personnes"][0]["prénom"] == f"{MARK} prénom"
    assert [len(lines[name]) for name in ("Inscriptions", "Rattachements")] == [1, 1]


def test_export_holds_no_secret(client, django_capture_on_commit_callbacks):
    person = full_of(MARK, client)
    secret = Authenticator.objects.get(user=person).data["secret"]

    text = json.dumps(erasure.export(person))

    assert secret not in text
    assert person.password not in text
    assert client.session.session_key not in text


def test_export_holds_nobody_else(client):
    full_of(OTHER, type(client)())
    person = full_of(MARK, client)

    assert OTHER not in json.dumps(erasure.export(person))


def test_summary_counts_in_one_query_beside_the_one_for_duplicates(
    django_assert_num_queries, client
):
    person = full_of(MARK, client)
    erasure.summary(person)

    with django_assert_num_queries(2):
        summary = erasure.summary(person)

    assert [one["count"] for one in summary if one["label"] == "Rattachements"] == [1]
    assert len(summary) == len(privacy.entries())


def test_registers_hold_every_text_column_of_a_person():
    """A new column of Person is exported, or says here why it is not."""
    kept_back = {"password", "folded", "is_active", "is_superuser", "id", "uuid"}
    kept_back |= {"erased_at", "version", "merged_into"}
    exported = set(privacy._entries[Person].export)
    columns = {field.name for field in Person._meta.concrete_fields}

    assert columns - exported == kept_back
