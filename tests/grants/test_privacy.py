"""Whoever writes an application leaves with their data, and what was sent stays."""

import pytest
from django.utils.translation import gettext as _

from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people import privacy
from agency.people.services import erasure
from agency.people.services.erasure import ErasureRefused
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    ApplicationRevision,
    ThreadMessage,
)
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    SchemeFactory,
    ThreadMessageFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def owner_of(application):
    return application.editors.get(role="owner").person


def rows_of(person, model):
    """The lines of that section of the export."""
    entry = next(one for one in privacy.entries() if one.model is model)
    return erasure._section(entry, [person])[str(_("Lines"))]


def test_the_export_tells_what_one_writes_in_sent_and_said():
    application = ApplicationFactory(sent=True, title="Bretagne en avril")
    person = owner_of(application)
    application.revisions.create(
        number=1,
        reason="initial",
        snapshot={"title": "Bretagne en avril"},
        sha256="0" * 64,
        submitted_by=person,
        submitted_at=application.submitted_at,
    )
    ApplicationDocumentFactory(application=application, uploaded_by=person)
    ThreadMessageFactory(application=application, author=person, body="Une date de +")

    (line,) = rows_of(person, ApplicationEditor)
    assert line["dossier de demande"] == application.number
    assert line["état"] == "Déposée"
    assert line["rôle"] == "Responsable du dossier"
    (sent,) = rows_of(person, ApplicationRevision)
    assert sent["motif"] == "Premier dépôt"
    assert len(rows_of(person, ApplicationDocument)) == 1
    assert rows_of(person, ThreadMessage)[0]["message"] == "Une date de +"


def test_what_the_team_answers_at_work_is_no_data_about_them():
    officer = PersonFactory(officer=True)
    ThreadMessageFactory(author=officer, from_staff=True)

    assert rows_of(officer, ThreadMessage) == []


def test_a_draft_of_one_s_own_goes_with_its_files(django_capture_on_commit_callbacks):
    draft = ApplicationFactory(tour=True)
    paper = ApplicationDocumentFactory(application=draft)
    storage, name = paper.file.storage, paper.file.name
    person = owner_of(draft)
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=person)

    assert not Application.objects.filter(pk=draft.pk).exists()
    assert not ApplicationDocument.objects.exists()
    assert not storage.exists(name)


@pytest.mark.parametrize("state", [{}, {"sent": True}])
def test_a_colleague_takes_over(state):
    application = ApplicationFactory(**state)
    person = owner_of(application)
    ApplicationEditorFactory(application=application)
    trusted = ApplicationEditorFactory(application=application, may_submit=True)
    ThreadMessageFactory(application=application, author=person)

    erasure.erase(person, by=person)

    assert owner_of(application) == trusted.person
    assert application.editors.count() == 2
    entry = JournalEntry.objects.about(application).get(action="hand_over")
    assert entry.data["person"] == trusted.person_id
    # What was said stays in the file of the organisation, under a number.
    assert ThreadMessage.objects.get().author.erased_at


def test_a_collaborator_goes_and_nothing_else_changes():
    application = ApplicationFactory(sent=True)
    owner = owner_of(application)
    person = ApplicationEditorFactory(application=application).person

    erasure.erase(person, by=person)

    assert [one.person for one in application.editors.all()] == [owner]


def test_an_application_under_study_is_nobody_s_to_abandon():
    application = ApplicationFactory(sent=True)
    person = owner_of(application)

    with pytest.raises(ErasureRefused, match="seul·e responsable d’une demande"):
        erasure.erase(person, by=person)

    assert not OutgoingEmail.objects.exists()


def test_an_application_that_is_over_lets_its_author_go():
    application = ApplicationFactory(withdrawn=True)
    person = owner_of(application)

    erasure.erase(person, by=person)

    assert not application.editors.exists()
    assert Application.objects.get().pk == application.pk


def test_whoever_studies_hands_over_first():
    rapporteur = ApplicationFactory(instructed=True).rapporteur
    officer = SchemeFactory(officer=PersonFactory()).officer

    with pytest.raises(ErasureRefused, match="rapporteur·e"):
        erasure.erase(rapporteur, by=rapporteur)
    with pytest.raises(ErasureRefused, match="dispositifs"):
        erasure.erase(officer, by=officer)


def test_messages_about_a_draft_are_its_authors_alone():
    from agency.core import discretion
    from grants.privacy.applications import _hidden

    draft, sent = ApplicationFactory(), ApplicationFactory(sent=True)
    officer = PersonFactory(officer=True)

    assert discretion._kept[Application] is _hidden
    assert list(_hidden(officer)) == [draft]
    assert set(_hidden(owner_of(draft))) == {sent}
