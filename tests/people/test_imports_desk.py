"""Imports on the desk: the form, the preview, the press, the progress, the result."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.core import bell
from agency.core.clock import now
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people import tasks
from agency.people.choices import ImportKind
from agency.people.imports import columns, reading
from agency.people.models import ImportBatch, Organisation, Person
from agency.people.services import accounts, imports, invitations
from agency.people.states import ImportState
from tests.people.factories import (
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

ADD = reverse("admin:people_importbatch_add")
LIST = reverse("admin:people_importbatch_changelist")
PEOPLE = reverse("admin:people_person_changelist")
CSV = "Prénom;Nom;Courriel;Astre\nZoé;Lefèvre;zoe@example.org;Lion\nAl;;;\n"


def page(batch, name="change", *more):
    return reverse(f"admin:people_importbatch_{name}", args=[batch.pk, *more])


def bring(client, content=CSV, name="contacts.csv", **fields):
    file = SimpleUploadedFile(name, content.encode())
    return client.post(ADD, {"kind": "people", "file": file, **fields})


def previewed(officer, content=CSV, kind=ImportKind.PEOPLE):
    return imports.bring(
        content.encode(), kind=kind, filename="contacts.csv", by=officer
    )


def confirm(client, batch, capture):
    with capture(execute=True):
        response = client.post(page(batch, "move", "confirm"), follow=True)
    batch.refresh_from_db()
    return response


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


@pytest.fixture
def capture(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def test_whole_way_from_the_list_to_those_created(desk, capture):
    link = f"{ADD}?kind=people"
    assert link.replace("&", "&amp;") in desk.get(PEOPLE).text
    form = desk.get(link).text
    assert "5\u00a0Mo" in form
    assert "20\u202f000 lignes" in form

    response = bring(desk)
    batch = ImportBatch.objects.get()
    assert response.url == page(batch)

    shown = desk.get(response.url).text
    assert "Rien n’est encore écrit" in shown
    assert "Astre" in shown
    assert "Lefèvre" in shown
    assert "cette case est vide" in shown
    assert not Person.objects.filter(email="zoe@example.org").exists()

    result = confirm(desk, batch, capture).text
    assert batch.state == ImportState.DONE
    created = f"{PEOPLE}?import={batch.pk}"
    assert created in result
    listed = desk.get(created).text
    assert "Lefèvre" in listed
    assert "1 fiche" in listed or "1 ligne" in listed
    zoe = Person.objects.get(email="zoe@example.org")
    assert reverse("admin:people_person_change", args=[zoe.pk]) in result


def test_list_of_those_created_holds_nobody_else(desk, officer, capture):
    other = PersonFactory(family_name="Marchand-Duval")
    batch = previewed(officer)
    confirm(desk, batch, capture)

    listed = desk.get(f"{PEOPLE}?import={batch.pk}").text

    assert "Lefèvre" in listed
    assert other.family_name not in listed
    # An address made up shows the whole list, and never an error.
    for odd in ("0", "x", "9" * 30):
        assert desk.get(f"{PEOPLE}?import={odd}", follow=True).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.csv", "%PDF-1.7", "ni un fichier CSV"),
        ("vide.csv", "", "vide"),
        ("autre.csv", "Astre;Ville\nLion;Dijon", "Il manque des colonnes"),
        ("seul.csv", "Prénom;Nom\n", "aucune ligne"),
    ],
)
def test_file_that_is_none_is_refused_beside_its_field(desk, name, content, said):
    response = bring(desk, content, name)

    assert response.status_code == 200
    assert said in response.text
    assert "<title>Erreur" in response.text
    assert not ImportBatch.objects.exists()


def test_file_too_heavy_is_refused_before_it_is_read(desk, monkeypatch):
    monkeypatch.setattr("agency.people.forms.imports.MOST_BYTES", 10)
    monkeypatch.setattr(reading, "open_table", None)

    assert "trop lourd" in bring(desk).text


def test_form_without_a_file_says_so(desk):
    response = desk.post(ADD, {"kind": "people"})

    assert "Choisissez le fichier" in response.text


@pytest.mark.parametrize("kind", ImportKind)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_model_file_is_a_file_that_is_understood(desk, kind, form):
    response = desk.get(reverse("admin:people_importbatch_model", args=[kind, form]))

    table = reading.open_table(response.content, kind)
    assert table.left == []
    assert [name for _heading, name in table.kept] == list(columns.of(kind))
    assert len(list(table.rows)) == 1
    assert form in response["Content-Disposition"]


def test_model_file_of_nothing_is_not_found(desk):
    for arguments in (["people", "pdf"], ["cats", "csv"]):
        url = reverse("admin:people_importbatch_model", args=arguments)
        assert desk.get(url).status_code == 404


def test_model_line_can_be_imported(desk, officer):
    url = reverse("admin:people_importbatch_model", args=["organisations", "xlsx"])
    content = desk.get(url).content
    TerritoryFactory(code="21")

    batch = imports.bring(
        content, kind=ImportKind.ORGANISATIONS, filename="m.xlsx", by=officer
    )

    assert (batch.created, batch.errors) == (1, 0)


def test_second_press_is_told_and_writes_nothing(desk, officer, capture):
    batch = previewed(officer)
    confirm(desk, batch, capture)

    again = confirm(desk, batch, capture)

    assert "a changé entre-temps" in again.text
    assert Person.objects.filter(email="zoe@example.org").count() == 1


def test_given_up_import_writes_nothing_and_offers_no_button(desk, officer, capture):
    batch = previewed(officer)

    desk.post(page(batch, "move", "drop"))

    batch.refresh_from_db()
    assert batch.state == ImportState.DROPPED
    assert page(batch, "move", "confirm") not in desk.get(page(batch)).text
    assert not Person.objects.filter(email="zoe@example.org").exists()


def test_nothing_to_write_cannot_be_confirmed(desk, officer):
    batch = previewed(officer, "Prénom;Nom\nZoé;\n")

    shown = desk.get(page(batch)).text

    assert page(batch, "move", "confirm") not in shown
    assert "Apporter un autre fichier" in shown


def test_progress_is_polled_until_it_is_over(desk, officer, capture):
    batch = previewed(officer)
    imports.confirm(batch, by=officer)

    shown = desk.get(page(batch)).text
    assert 'hx-trigger="every 3s"' in shown
    assert desk.get(page(batch, "live") + "?vu=running-0").status_code == 204
    moved = desk.get(page(batch, "live") + "?vu=running-9")
    assert "0 ligne sur 1" in moved.text
    imports.run(batch.pk)

    over = desk.get(page(batch, "live") + "?vu=running-0")
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in desk.get(page(batch)).text


def test_long_file_is_read_by_the_worker(desk, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)

    with bell.silent():
        shown = desk.get(bring(desk).url).text
    assert "En lecture" in shown
    assert "Ligne par ligne" not in shown
    batch = ImportBatch.objects.get()
    tasks.read_import(batch.pk)

    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED


def test_what_is_not_written_is_taken_away_and_can_be_brought_again(desk, officer):
    batch = previewed(officer, "Prénom;Nom;Téléphone\nAl;;+33380551234\nZoé;Roy;\n")

    response = desk.get(page(batch, "left"))

    rows = response.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Ligne;Prénom;Nom;Téléphone;Remarque"
    assert rows[1].startswith("2;Al;;'+33380551234;")
    assert len(rows) == 2
    table = reading.open_table(response.content, ImportKind.PEOPLE)
    assert [row for _number, row in table.rows] == [
        {"given_name": "Al", "phone": "+33380551234"}
    ]
    assert JournalEntry.objects.about(officer).get(action="take_list")


def test_lines_of_one_outcome_and_page_by_page(desk, officer, monkeypatch):
    monkeypatch.setattr("agency.people.admin.imports.LINES_A_PAGE", 1)
    rows = "".join(f"P{n};Roy;p{n}@example.org\n" for n in range(3))
    batch = previewed(officer, f"Prénom;Nom;Courriel\n{rows}Al;;\n")

    first = desk.get(page(batch)).text
    errors = desk.get(page(batch) + "?lignes=error").text
    last = desk.get(page(batch) + "?lignes=create&page=3").text

    assert "P0 Roy" in first
    assert "P1 Roy" not in first
    assert "cette case est vide" in errors
    assert "P0 Roy" not in errors
    assert "P2 Roy" in last
    assert "Toutes les lignes (4)" in last


@pytest.mark.parametrize("count", [1, 3])
def test_preview_asks_the_same_questions_whatever_the_lines(
    desk, officer, count, django_assert_num_queries
):
    rows = "".join(f"P{n};Roy;p{n}@example.org\n" for n in range(count))
    for n in range(count):
        PersonFactory(given_name=f"P{n}", family_name="Roy", email=f"p{n}@example.org")
    batch = previewed(officer, f"Prénom;Nom;Courriel\n{rows}")
    desk.get(page(batch))

    with django_assert_num_queries(8):
        desk.get(page(batch))


@pytest.mark.parametrize("role", ["accountant", "superuser"])
def test_nobody_else_of_the_house_imports(client, officer, role, request):
    batch = previewed(officer)
    client.sign_in(request.getfixturevalue(role))

    assert client.get(ADD).status_code in {403, 404}
    assert client.get(page(batch)).status_code in {403, 404}
    assert client.post(page(batch, "move", "confirm")).status_code in {403, 404}
    assert client.get(page(batch, "left")).status_code in {403, 404}
    assert "kind=people" not in client.get(PEOPLE).text
    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED


def test_text_of_a_file_is_never_markup(desk, officer):
    batch = previewed(officer, "Prénom;Nom;<b>x</b>\n<script>a</script>;Roy;\n;<i>;\n")

    shown = desk.get(page(batch)).text

    assert "<script>a" not in shown
    assert "<b>x" not in shown
    assert "&lt;script&gt;a" in shown


def test_organisations_are_listed_after_their_import(desk, officer, capture):
    batch = previewed(officer, "Nom;Ville\nLe Parvis;Dijon\n", ImportKind.ORGANISATIONS)
    Organisation.objects.create(name="Ailleurs", kind="venue")
    confirm(desk, batch, capture)

    url = reverse("admin:people_organisation_changelist")
    listed = desk.get(f"{url}?import={batch.pk}").text

    assert "Le Parvis" in listed
    assert "Ailleurs" not in listed
    assert f"{ADD}?kind=organisations" in desk.get(url).text


def test_labels_are_added_and_never_taken(desk, officer, capture):
    kept, added = OrganisationLabelFactory.create_batch(2)
    house = OrganisationFactory(name="Le Parvis")
    house.labels.add(kept)
    content = f"Nom;Label\nLe Parvis;{kept.name}, {added.name}\n"

    batch = previewed(officer, content, ImportKind.ORGANISATIONS)
    confirm(desk, batch, capture)

    assert batch.updated == 1
    assert set(house.labels.all()) == {kept, added}


# --- Many invitations ----------------------------------------------------------
def invite(client, *people, **more):
    data = {"action": "invite_all", "_selected_action": [one.pk for one in people]}
    return client.post(PEOPLE, data | {"index": 0, "select_across": 0} | more)


def invited():
    return OutgoingEmail.objects.filter(template="people/emails/account_claim")


def test_those_without_account_are_invited_after_a_page_that_counts(desk):
    wanted = PersonFactory.create_batch(2, unclaimed=True)
    paper = PersonFactory(email=None, unclaimed=True)
    owner, gone = PersonFactory(), PersonFactory(unclaimed=True, erased_at=now())
    refused = PersonFactory(unclaimed=True, email_refused_at=now())
    everybody = (*wanted, paper, owner, gone, refused)

    asked = invite(desk, *everybody)

    assert "2 personnes à inviter" in asked.text
    for reason in ("sans adresse", "déjà un compte", "effacées", "refuse nos messages"):
        assert reason in asked.text
    assert not invited().exists()

    done = invite(desk, *everybody, confirmed=1)

    assert done.status_code == 302
    assert {mail.person for mail in invited()} == set(wanted)


def test_nobody_is_invited_again_while_the_link_is_good(desk, officer):
    person = PersonFactory(unclaimed=True)
    accounts.invite(person, by=officer)

    asked = invite(desk, person, confirmed=1)

    assert "le lien est encore valable" in asked.text
    assert invited().count() == 1


def test_too_many_at_once_are_invited_in_turns(desk, monkeypatch):
    monkeypatch.setattr(invitations, "AT_ONCE", 2)
    people = PersonFactory.create_batch(3, unclaimed=True)

    assert "1 autre après celles-ci" in invite(desk, *people).text
    invite(desk, *people, confirmed=1)
    assert invited().count() == 2
    invite(desk, *people, confirmed=1)

    assert {mail.person for mail in invited()} == set(people)


def test_who_only_reads_has_no_such_action(client, accountant):
    person = PersonFactory(unclaimed=True)
    client.sign_in(accountant)

    invite(client, person, confirmed=1)

    assert "invite_all" not in client.get(PEOPLE).text
    assert not invited().exists()
