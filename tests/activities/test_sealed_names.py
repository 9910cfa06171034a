"""Who is in a sealed group: on the desk its officer in charge knows, nobody else."""

import pytest
from django.urls import reverse

from agency.activities.services import activities, convenings, sessions
from agency.core.access import STAFF_ROLES
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    AttendanceSheetFactory,
    CharterSignatureFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.core.desk import form_of
from tests.people.factories import PersonFactory

MEMBERS = ("Ondine", "Perceval", "Quitterie", "Romuald", "Sidonie", "Tancrède")
OTHERS = ("officer", "secretary", "direction", "superuser")
COLLEAGUES = OTHERS[:3]


class House:
    """A sealed group in use: seats, a line, a refusal, a signature, an invitation, letters."""

    def __init__(self):
        self.officer = PersonFactory(officer=True, given_name="Gisèle")
        self.cycle = PracticeCycleFactory(
            title="Cycle du moulin",
            registration_mode="application",
            officer=self.officer,
            sessions=2,
        )
        people = [PersonFactory(given_name=name) for name in MEMBERS]
        states = ("confirmed", "waitlisted", "refused", "under_review", "accepted")
        self.enrolments = [
            EnrolmentFactory(activity=self.cycle, person=person, **{state: True})
            for person, state in zip(people, states, strict=False)
        ]
        self.member = self.enrolments[0]
        self.signature = CharterSignatureFactory(
            enrolment=self.member, person=people[0]
        )
        self.invitation = InvitationFactory(
            activity=self.cycle, person=people[5], sent=True, sponsor=people[0]
        )
        self.session = self.cycle.sessions.get(number=1)
        for session in self.cycle.sessions.all():
            sessions.fan_out(session)
        self.batch = convenings.convene(self.session, by=self.officer)
        convenings.make(
            self.batch.pk, [one.pk for one in self.batch.convocations.order_by("pk")]
        )
        self.sheet = AttendanceSheetFactory(session=self.session)
        self.letter, self.mail = IssuedDocument.objects.get(), self.last_mail()

    def last_mail(self):
        return OutgoingEmail.objects.filter(person=self.member.person).latest("pk")

    def rooms(self):
        """Lists, and what they can be narrowed to."""
        for room in (
            *("core_journalentry", "documents_issueddocument", "mail_outgoingemail"),
            *("activities_activity", "activities_session", "activities_enrolment"),
            *("activities_convening", "activities_invitation"),
            *("activities_chartersignature", "programmes_practicecycle"),
        ):
            yield reverse(f"admin:{room}_changelist")
            yield reverse(f"admin:{room}_export", args=["csv"])
        yield reverse("admin:index")
        chosen = f"?activity__id__exact={self.cycle.pk}"
        yield reverse("admin:activities_enrolment_changelist") + chosen
        yield reverse("admin:activities_invitation_changelist") + chosen

    def open_pages(self):
        """What a colleague keeps: dates and numbers."""
        yield reverse("admin:programmes_practicecycle_change", args=[self.cycle.pk])
        yield reverse("admin:programmes_practicecycle_history", args=[self.cycle.pk])
        yield reverse("admin:activities_session_change", args=[self.session.pk])
        yield reverse("admin:activities_session_history", args=[self.session.pk])

    def closed_pages(self):
        """What tells who is in it."""
        for page in ("change", "history"):
            for room, row in (
                ("activities_enrolment", self.member),
                ("activities_convening", self.batch),
                ("activities_invitation", self.invitation),
                ("activities_chartersignature", self.signature),
                ("documents_issueddocument", self.letter),
                ("mail_outgoingemail", self.mail),
            ):
                yield reverse(f"admin:{room}_{page}", args=[row.pk])
        other = self.cycle.sessions.get(number=2)
        yield reverse("admin:activities_enrolment_line", args=[self.cycle.pk])
        yield reverse("admin:activities_enrolment_call_list", args=[self.cycle.pk])
        yield reverse("admin:activities_session_attendance", args=[self.session.pk])
        yield reverse("admin:activities_session_convene", args=[other.pk])
        yield reverse("admin:activities_session_preview", args=[other.pk])
        yield reverse("admin:activities_convening_live", args=[self.batch.pk])
        yield reverse("admin:activities_invitation_resend", args=[self.invitation.pk])
        yield reverse("admin:mail_outgoingemail_address", args=[self.mail.pk])
        yield self.letter.get_absolute_url()


@pytest.fixture
def house(db):
    return House()


def text_of(response):
    if response.streaming:
        b"".join(response)  # closes the file
        return ""
    return response.content.decode(errors="ignore")


def names_in(response):
    """Those who are told of; the journal names who did something, not in what."""
    text = text_of(response)
    return {name for name in MEMBERS if name in text}


def statuses(client, house):
    found = {}
    for url in house.closed_pages():
        response = client.get(url)
        text_of(response)
        found[url] = response.status_code
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", COLLEAGUES)
def test_no_list_of_a_colleague_tells_who_is_in_a_sealed_group(role, house, client):
    client.sign_in(PersonFactory(**{role: True}))

    told = {
        url: names_in(client.get(url)) for url in (*house.rooms(), *house.open_pages())
    }

    assert {url: names for url, names in told.items() if names} == {}


@pytest.mark.parametrize("role", OTHERS)
def test_pages_of_its_people_are_not_found_by_others(role, house, client):
    client.sign_in(PersonFactory(**{role: True}))

    answers = statuses(client, house)

    expected = (403, 404) if role == "superuser" else (404,)
    assert {u: code for u, code in answers.items() if code not in expected} == {}


def test_superuser_reads_no_name(house, client):
    client.sign_in(PersonFactory(superuser=True))

    told = {
        url: names_in(client.get(url)) for url in (*house.rooms(), *house.open_pages())
    }

    assert {url: names for url, names in told.items() if names} == {}


def test_officer_in_charge_reads_every_page(house, client):
    client.sign_in(house.officer)

    answers = statuses(client, house)

    assert {url: code for url, code in answers.items() if code != 200} == {}


@pytest.mark.parametrize(
    "room",
    [
        *("activities_enrolment", "activities_invitation"),
        *("activities_chartersignature", "mail_outgoingemail"),
        "documents_issueddocument",
    ],
)
def test_officer_in_charge_finds_the_names_in_each_room(room, house, client):
    client.sign_in(house.officer)

    assert names_in(client.get(reverse(f"admin:{room}_changelist")))


def test_a_colleague_keeps_the_numbers_and_reads_why_there_are_no_names(house, client):
    client.sign_in(PersonFactory(officer=True))

    page = client.get(
        reverse("admin:programmes_practicecycle_change", args=[house.cycle.pk])
    ).text

    assert "Un groupe scellé\u202f: seule la personne qui en est chargée" in page
    assert house.officer.full_name in page
    assert reverse("admin:activities_enrolment_changelist") + "?" not in page


def test_taking_charge_opens_the_names_and_is_kept_in_the_history(house, client):
    colleague = PersonFactory(officer=True)
    client.sign_in(colleague)
    url = reverse("admin:programmes_practicecycle_change", args=[house.cycle.pk])

    client.post(url, form_of(client, url) | {"officer": colleague.pk})

    house.cycle.refresh_from_db()
    assert house.cycle.officer == colleague
    entry = JournalEntry.objects.about(house.cycle).first()
    assert (entry.by, entry.data["fields"]) == (colleague, ["officer"])
    assert names_in(client.get(reverse("admin:activities_enrolment_changelist")))
    told = OutgoingEmail.objects.get(template="activities/emails/officer_changed")
    assert told.person == house.officer
    assert colleague.full_name in told.text


def test_an_activity_that_is_handed_over_is_told_to_who_takes_it(house):
    colleague = PersonFactory(officer=True)

    activities.hand_over(house.cycle, officer=colleague, by=house.officer)
    activities.hand_over(house.cycle, officer=colleague, by=house.officer)

    told = OutgoingEmail.objects.get(template="activities/emails/officer_changed")
    assert told.person == colleague


def test_direction_excludes_from_a_sealed_group_once_in_charge_of_it(house):
    direction = PersonFactory(direction=True)
    perm = "activities.exclude_enrolment"

    before = direction.has_perm(perm, house.member)
    house.cycle.officer = direction
    house.cycle.save()
    house.member.refresh_from_db()

    assert (before, direction.has_perm(perm, house.member)) == (False, True)


def test_a_colleague_registers_nobody_in_a_sealed_group(house, client):
    client.sign_in(PersonFactory(officer=True))
    somebody = PersonFactory()

    page = client.post(
        reverse("admin:activities_enrolment_enrol"),
        {"activity": house.cycle.pk, "person": somebody.pk},
    )

    assert (
        "pour un groupe scellé, par la seule personne qui en est chargée" in page.text
    )
    assert not somebody.enrolments.exists()


def test_a_colleague_invites_nobody_to_it_nor_from_it(house, client):
    client.sign_in(PersonFactory(officer=True))
    url = reverse("admin:activities_invitation_invite")
    other = PracticeCycleFactory(registration_mode="invitation")

    to_it = client.post(url, {"activity": house.cycle.pk, "lines": "a@example.org"})
    from_it = client.post(url, {"activity": other.pk, "members_of": house.cycle.pk})

    assert "activity" in to_it.context["form"].errors
    assert "members_of" in from_it.context["form"].errors
    assert not names_in(from_it)


def test_a_colleague_cannot_unseal_it(house, client):
    client.sign_in(PersonFactory(officer=True))
    url = reverse("admin:programmes_practicecycle_change", args=[house.cycle.pk])

    colleague = client.get(url).context["adminform"].form.fields
    client.sign_in(house.officer)
    officer = client.get(url).context["adminform"].form.fields

    assert "confidentiality" not in colleague
    assert "confidentiality" in officer


def test_an_activity_that_is_not_sealed_keeps_its_names_for_the_house(house, client):
    row = EnrolmentFactory(confirmed=True, person__given_name="Ulysse")
    client.sign_in(PersonFactory(officer=True))

    page = client.get(reverse("admin:activities_enrolment_change", args=[row.pk]))

    assert "Ulysse" in page.text


def test_every_role_of_the_team_but_the_officer_is_outside(house):
    """Whatever the mix of roles somebody holds."""
    everything = PersonFactory(**dict.fromkeys(COLLEAGUES, True))

    assert "officer" in STAFF_ROLES
    assert not everything.has_perm("activities.view_enrolment", house.member)
    assert not everything.has_perm("activities.lock_attendancesheet", house.sheet)


def test_a_colleague_who_renews_it_invites_none_of_its_members(house, client):
    url = reverse("admin:activities_activity_renew", args=[house.cycle.pk])
    client.sign_in(PersonFactory(officer=True))
    colleague = client.get(url).context["form"].fields
    client.sign_in(house.officer)

    assert "invite_members" not in colleague
    assert "invite_members" in client.get(url).context["form"].fields


def test_comparing_two_records_names_no_sealed_group(house, client):
    twin = PersonFactory(unclaimed=True)
    EnrolmentFactory(activity=house.cycle, person=twin, confirmed=True)
    client.sign_in(PersonFactory(direction=True))

    page = client.get(
        reverse(
            "admin:people_person_merge_with", args=[house.member.person_id, twin.pk]
        )
    )

    assert "un groupe scellé" in page.text
    assert house.cycle.title not in page.text


def test_the_morning_of_a_colleague_leads_to_the_page_that_says_how_to_stand_in(
    house, client
):
    client.sign_in(PersonFactory(officer=True))

    page = client.get(reverse("admin:index"), {"pour": "equipe"})
    lines = page.context["lines"]

    page = reverse("admin:activities_activity_change", args=[house.cycle.pk])
    assert page in {line.url for line in lines}
