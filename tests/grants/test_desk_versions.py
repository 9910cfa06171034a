"""What was read is what is decided on (I11), and nobody decides on their own file."""

import pytest
from django.urls import reverse

from agency.core.lifecycle import MoveRefused, move
from agency.core.models import JournalEntry
from grants.models import Application, ApplicationEditor, InternalNote
from grants.services import completions, instruction
from grants.states import ApplicationState
from tests.grants.desk import LIST, complete, page, reported, step
from tests.grants.test_dialogue_desk import lines
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def seen(client, url):
    """The version that the page at ``url`` carries."""
    return client.get(url).context["object"].version


def saved_meanwhile(one):
    Application.objects.filter(pk=one.pk).update(version=one.version + 1)


# --- The version that was read ----------------------------------------------------------
def test_a_move_is_made_at_the_version_that_was_read():
    one = complete()
    saved_meanwhile(one)

    with pytest.raises(MoveRefused):
        move(one, "admit")

    one.refresh_from_db()
    assert one.state == S.SUBMITTED


def test_a_step_back_does_not_make_an_old_page_right_again():
    one = complete(admissible=True)
    old = Application.objects.get(pk=one.pk)
    by = PersonFactory(officer=True)
    instruction.instruct(one, by=by)
    Application.objects.filter(pk=one.pk).update(state=S.ADMISSIBLE)

    with pytest.raises(MoveRefused):
        instruction.instruct(old, by=PersonFactory(officer=True))

    one.refresh_from_db()
    assert one.rapporteur == by


def test_the_journal_names_no_version():
    one = move(complete(), "admit")

    entry = JournalEntry.objects.about(one).get(action="admit")
    assert "fields" not in entry.data


def test_what_was_saved_after_the_page_was_opened_is_read_first(desk):
    one = complete()
    version = seen(desk, step(one, "admit"))
    saved_meanwhile(one)

    response = desk.post(step(one, "admit"), {"seen": version}, follow=True)

    one.refresh_from_db()
    assert one.state == S.SUBMITTED
    assert "a changé entre-temps" in response.content.decode()

    desk.post(step(one, "admit"), {"seen": seen(desk, step(one, "admit"))})
    one.refresh_from_db()
    assert one.state == S.ADMISSIBLE


def test_of_many_only_those_as_they_were_read(desk):
    same, changed = complete(), complete()
    rows = {"_selected_action": [same.pk, changed.pk], "action": "move_admit"}
    shown = desk.post(LIST, rows).content.decode()
    for one in (same, changed):
        assert f'name="seen-{one.pk}" value="{one.version}"' in shown
    versions = {f"seen-{one.pk}": one.version for one in (same, changed)}
    saved_meanwhile(changed)

    desk.post(LIST, rows | versions | {"confirmed": "1"})

    same.refresh_from_db()
    changed.refresh_from_db()
    assert (same.state, changed.state) == (S.ADMISSIBLE, S.SUBMITTED)


def test_what_is_asked_was_read_too(desk):
    one = complete()
    url = reverse("admin:grants_completionrequest_ask", args=[one.pk])
    version = desk.get(url).context["application"].version
    saved_meanwhile(one)
    answers = lines() | {"seen": version}

    response = desk.post(url, answers)

    assert not completions.current(one)
    assert response.context["application"].version == version + 1
    # What was typed stands there: pressed again, it is asked.
    desk.post(url, answers | {"seen": version + 1})
    one.refresh_from_db()
    assert completions.current(one)


# --- One's own file ----------------------------------------------------------------------
@pytest.fixture
def own(officer):
    """A file under instruction in which the officer writes, and is even its rapporteur."""
    one = reported()
    Application.objects.filter(pk=one.pk).update(rapporteur=officer)
    ApplicationEditor.objects.create(application=one, person=officer)
    one.refresh_from_db()
    instruction.note(one, "Un avis entre nous.", by=PersonFactory(officer=True))
    return one


def test_nobody_handles_nor_studies_their_own_file(desk, officer, own):
    others = reported()

    listed = desk.get(LIST).content.decode()
    assert others.number in listed
    assert own.number not in listed
    pages = [page(own), page(own, "report"), page(own, "note"), step(own, "finish")]
    pages += [page(own, "retain", own.expenses.get().pk), page(own, "assign")]
    for url in pages:
        assert desk.get(url).status_code == 404, url
        assert desk.post(url, {"body": "Oui."}).status_code in {403, 404}, url
    for name in ("ask", "close"):
        url = reverse(f"admin:grants_completionrequest_{name}", args=[own.pk])
        assert desk.get(url).status_code == 404
    thread = reverse("admin:grants_threadmessage_file", args=[own.pk])
    assert desk.get(thread).status_code == 404


@pytest.mark.parametrize(
    "perm",
    [
        *("admit_application", "finish_application", "assign_application"),
        *("ask_application", "retain_application", "change_instructionreport"),
        *("check_applicationdocument", "add_internalnote", "close_application"),
    ],
)
def test_no_right_of_the_desk_over_ones_own_file(officer, own, perm):
    assert officer.has_perm(f"grants.{perm}", reported())
    assert not officer.has_perm(f"grants.{perm}", own)


def test_notes_about_ones_own_file_are_not_read(officer, own):
    rows = InternalNote.objects

    assert rows.visible_to(PersonFactory(officer=True)).count() == 1
    assert not rows.visible_to(officer).exists()


def test_who_wrote_it_still_writes_in_it(officer, own):
    assert officer.has_perm("grants.write_application", own)
