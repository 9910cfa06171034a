"""The papers of an application: given, replaced, removed, checked against their dates."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveBlocked
from agency.documents.storage import private_storage
from grants.choices import Needed, Scan, ZoneCode
from grants.models import Application, ApplicationDocument
from grants.services import papers
from grants.states import ApplicationState
from grants.uploads import virus
from grants.uploads.content import PaperRefused
from tests.grants import files
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    DocumentRequirementFactory,
    PerformanceFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    application = ApplicationFactory(
        rules=RulesFactory(full=True), sitting=SittingFactory()
    )
    application.author = application.editors.get().person
    return application


def give(application, key="rib", data=None, **how):
    requirement = papers.requirement_of(application, key)
    by = application.editors.get(role="owner").person
    upload = files.upload(data or files.pdf(), how.pop("name", "rib.pdf"))
    return papers.give(application, requirement, upload, by=by, **how)


def line(application, key="rib"):
    return next(
        one for one in papers.checklist(application) if one.requirement.key == key
    )


def test_it_is_kept_under_a_name_of_ours(draft):
    paper = give(draft, name="../../mon rib.pdf")

    assert paper.name == "mon rib.pdf"
    assert paper.file.name == f"grants/{draft.pk}/{paper.uuid}"
    with paper.file.open("rb") as kept:
        assert kept.read() == files.pdf()
    assert (paper.size, len(paper.sha256)) == (len(files.pdf()), 64)
    assert paper.scan == Scan.SKIPPED
    assert not line(draft).is_missing


def test_pressed_twice_it_is_one(draft):
    give(draft)
    give(draft)

    assert draft.documents.count() == 1


def test_a_replaced_paper_stays_in_the_history(draft):
    first = give(draft)
    second = give(draft, data=files.pdf(Lang="fr"), replaces=first)

    one = line(draft)
    assert [paper.pk for paper in one.papers] == [second.pk]
    assert [paper.pk for paper in one.former] == [first.pk]


def test_removed_from_a_draft_it_is_gone_with_those_it_replaced(
    draft, django_capture_on_commit_callbacks
):
    first = give(draft)
    second = give(draft, data=files.pdf(Lang="fr"), replaces=first)

    with django_capture_on_commit_callbacks(execute=True):
        papers.remove(second, by=draft.author)

    assert not draft.documents.exists()
    assert not private_storage().exists(second.file.name)
    assert not private_storage().exists(first.file.name)


def test_nothing_changes_once_it_is_sent():
    sent = ApplicationFactory(sent=True, rules=RulesFactory(full=True))
    paper = ApplicationDocumentFactory(application=sent)

    with pytest.raises(MoveBlocked):
        give(sent)
    with pytest.raises(MoveBlocked):
        papers.remove(paper, by=paper.uploaded_by)


def test_what_is_asked_may_be_given_and_is_noted():
    application = ApplicationFactory(
        sent=True, state=ApplicationState.COMPLETION, rules=RulesFactory(full=True)
    )
    item = CompletionItemFactory(
        request=CompletionRequestFactory(application=application),
        target="document:rib",
    )

    give(application)

    item.refresh_from_db()
    assert item.answered_at is not None
    with pytest.raises(MoveBlocked):
        give(application, "urssaf", dated_on=today())


def test_an_infected_file_is_refused_at_once(draft, monkeypatch):
    monkeypatch.setattr(virus, "scan", lambda data: Scan.INFECTED)

    with pytest.raises(PaperRefused):
        give(draft)

    assert not draft.documents.exists()


def test_ten_files_are_the_most(draft, monkeypatch):
    for _n in range(papers.MOST):
        ApplicationDocumentFactory(application=draft)

    with pytest.raises(PaperRefused):
        give(draft)


def test_a_scanner_that_comes_back_is_asked_about_what_waits(draft, monkeypatch):
    monkeypatch.setattr(virus, "scan", lambda data: Scan.PENDING)
    paper = give(draft)
    assert "analyse" in line(draft).faults[0]

    monkeypatch.setattr(virus, "scan", lambda data: Scan.INFECTED)
    papers.scan_again()

    paper.refresh_from_db()
    assert paper.scan == Scan.INFECTED
    assert "antivirus" in line(draft).faults[0]


def test_neither_a_lost_file_nor_one_without_an_answer_keeps_the_others_waiting(
    draft, monkeypatch
):
    lost, silent, last = (
        ApplicationDocumentFactory(application=draft, scan=Scan.PENDING)
        for _n in range(3)
    )
    lost.file.storage.delete(lost.file.name)
    answers = iter([Scan.PENDING, Scan.CLEAN])
    monkeypatch.setattr(virus, "scan", lambda data: next(answers))

    assert papers.scan_again() == 1

    states = [type(one).objects.get(pk=one.pk).scan for one in (lost, silent, last)]
    assert states == [Scan.PENDING, Scan.PENDING, Scan.CLEAN]


# --- Dates ---------------------------------------------------------------------------
def test_until_when_it_stands_is_counted_from_its_date(draft):
    paper = give(draft, "urssaf", dated_on=today() - timedelta(days=10))

    assert paper.expires_on == today() + timedelta(days=170)
    assert not line(draft, "urssaf").warnings


def test_what_expires_before_the_sitting_is_warned_of(draft):
    give(draft, "urssaf", dated_on=today() - timedelta(days=150))

    one = line(draft, "urssaf")
    assert not one.faults
    assert "que jusqu’au" in one.warnings[0]


def test_valid_on_the_day_of_the_sitting_it_stands(draft):
    days = (paris(draft.sitting.meets_at).date() - today()).days
    give(draft, "urssaf", dated_on=today() - timedelta(days=180 - days))

    assert not line(draft, "urssaf").warnings


def test_what_has_expired_stops_the_application(draft):
    give(draft, "urssaf", dated_on=today() - timedelta(days=181))

    assert "plus valable" in line(draft, "urssaf").faults[0]
    assert any("plus valable" in one for one in papers.missing(draft))


# --- What is needed ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("needed", "kind", "zone", "expected"),
    [
        (Needed.ALWAYS, "venue", ZoneCode.REGIONS, True),
        (Needed.OPTIONAL, "company", ZoneCode.INTERNATIONAL, False),
        (Needed.ABROAD, "company", ZoneCode.REGIONS, False),
        (Needed.ABROAD, "company", ZoneCode.EUROPE, True),
        (Needed.ASSOCIATION, "association", ZoneCode.REGIONS, True),
        (Needed.ASSOCIATION, "local_authority", ZoneCode.REGIONS, False),
    ],
)
def test_what_is_needed(needed, kind, zone, expected):
    application = ApplicationFactory(organisation__kind=kind)
    PerformanceFactory(application=application, zone=zone)
    requirement = DocumentRequirementFactory(rules=application.rules, needed=needed)

    assert papers.is_needed(requirement, application) is expected
    assert bool(papers.missing(application)) is expected


def test_what_the_balance_asks_for_comes_later():
    application = ApplicationFactory()
    DocumentRequirementFactory(rules=application.rules, needed=Needed.SETTLEMENT)

    assert papers.checklist(application) == []


# --- Pages ---------------------------------------------------------------------------
def handed(client, application, paper):
    """The answer to whoever opens the file, read and closed."""
    answer = client.get(f"/aides/demandes/{application.uuid}/fichiers/{paper.uuid}/")
    files.read(answer)
    return answer


def post(client, application, key, data, **fields):
    url = f"/aides/demandes/{application.uuid}/pieces/{key}/"
    return client.post(url, {"file": files.upload(data), **fields})


def test_given_on_its_page(client, draft):
    client.sign_in(draft.author)

    answer = post(client, draft, "rib", files.pdf())

    assert answer.url == f"{draft.get_absolute_url()}#pieces"
    paper = draft.documents.get()
    page = handed(client, draft, paper)
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"] == 'inline; filename="rib.pdf"'
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in page["Cache-Control"]


def test_refused_on_its_page_with_a_sentence(client, draft):
    client.sign_in(draft.author)

    for data in (b"MZ\x90", b"", files.scripted_pdf()):
        page = post(client, draft, "rib", data)
        assert page.status_code == 200
        assert 'class="errors"' in page.text
    assert not draft.documents.exists()


def test_its_date_is_asked_when_it_counts(client, draft):
    client.sign_in(draft.author)

    for said in ("", "2026-02-30", (today() + timedelta(days=1)).isoformat()):
        page = post(client, draft, "urssaf", files.pdf(), dated_on=said)
        assert page.status_code == 200
    post(client, draft, "urssaf", files.pdf(), dated_on=today().isoformat())

    assert draft.documents.get().dated_on == today()


def test_replaced_and_removed_on_its_page(client, draft):
    paper = give(draft)
    client.sign_in(draft.author)
    url = f"/aides/demandes/{draft.uuid}/fichiers/{paper.uuid}/"

    client.post(
        f"{url}remplacement/", {"file": files.upload(files.picture(), "rib.png")}
    )
    paper.refresh_from_db()
    last = paper.replaced_by
    assert last.media_type == "image/png"
    url = f"/aides/demandes/{draft.uuid}/fichiers/{last.uuid}/retrait/"
    assert client.get(url).status_code == 200
    client.post(url)

    assert not draft.documents.exists()


def test_what_is_not_scanned_yet_is_handed_out_to_nobody(client, draft):
    paper = ApplicationDocumentFactory(application=draft, scan=Scan.PENDING)
    client.sign_in(draft.author)

    url = f"/aides/demandes/{draft.uuid}/fichiers/{paper.uuid}/"
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("role", "bank", "checked", "other"),
    [
        ("officer", 200, 403, 200),
        ("direction", 200, 200, 200),
        ("decider", 200, 200, 200),
    ],
)
def test_who_reads_bank_details(client, role, bank, checked, other):
    sent = ApplicationFactory(sent=True, rules=RulesFactory(full=True))
    client.sign_in(PersonFactory(**{role: True}))

    def answer(key, **traits):
        paper = ApplicationDocumentFactory(
            application=sent, requirement=key, uploaded_at=now(), **traits
        )
        return handed(client, sent, paper).status_code

    assert answer("rib") == bank
    assert answer("rib", check_state="valid", checked_at=now()) == checked
    assert answer("urssaf") == other


def test_a_stranger_and_the_house_read_no_draft(client, draft):
    paper = give(draft)

    for person in (PersonFactory(), PersonFactory(direction=True)):
        client.sign_in(person)
        assert handed(client, draft, paper).status_code == 404
    guest = ApplicationEditorFactory(application=draft).person
    client.sign_in(guest)
    assert handed(client, draft, paper).status_code == 200


def test_the_list_takes_as_many_queries_for_one_as_for_three(draft):
    def counted():
        fresh = Application.objects.select_related("organisation").get(pk=draft.pk)
        with CaptureQueriesContext(connection) as queries:
            papers.checklist(fresh)
        return len(queries)

    give(draft)
    before = counted()
    ApplicationDocumentFactory.create_batch(3, application=draft)

    assert counted() == before


def test_history_holds_no_file_of_a_paper_that_was_not_kept(draft, monkeypatch):
    monkeypatch.setattr(ApplicationDocument, "save", lambda *_args, **_how: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        give(draft)

    folder = f"grants/{draft.pk}"
    store = private_storage()
    assert not store.exists(folder) or store.listdir(folder) == ([], [])
