"""The pages of a pair, for its two halves, and what one presses there."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse

from agency.core.clock import today
from agency.core.sealed import WrongKey
from mentoring.choices import ReviewStage
from mentoring.models import PairMeeting, PrivateNote
from tests.mentoring.factories import (
    AgencyNoteFactory,
    GoalFactory,
    PairFactory,
    PairMeetingFactory,
    PrivateNoteFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

SHARED, MINE = "Le tableau tient sur une page.", "Je n\u2019ose pas lui dire."


@pytest.fixture
def meeting():
    return PairMeetingFactory(shared_note=SHARED, topics=["budget"])


@pytest.fixture
def pair(meeting):
    return meeting.pair


ROOMS = (
    *("pair-words", "pair-tell", "pair-end", "goal-create"),
    *("pair-pulse", "pair-help", "pair-rest"),
)


def at(name, row, **data):
    room = row.pair if isinstance(row, PairMeeting) else row
    pk = [row.pk] if isinstance(row, PairMeeting) else []
    return reverse(f"mentoring:{name}", args=[room.uuid, *pk])


def test_the_pair_is_one_press_away(client, pair):
    page = client.sign_in(pair.mentee).get(reverse("pages:own-space")).text

    assert pair.get_absolute_url() in page
    assert pair.mentor.full_name in page


def test_a_proposal_stands_first_and_is_answered(client):
    pair = PairFactory(notified=True)
    client.sign_in(pair.mentor)
    assert pair.get_absolute_url() in client.get(reverse("pages:own-space")).text
    assert pair.mentee.full_name in client.get(pair.get_absolute_url()).text

    client.post(at("pair-answer", pair), {"accept": "yes"})
    pair.refresh_from_db()
    assert (pair.state, bool(pair.mentor_accepted_at)) == ("notified", True)
    assert "Vous avez dit oui" in client.get(pair.get_absolute_url()).text

    client.sign_in(pair.mentee).post(at("pair-answer", pair), {"decline": "yes"})
    pair.refresh_from_db()
    assert pair.state == "declined"
    page = client.sign_in(pair.mentor).get(pair.get_absolute_url()).text
    assert "ne se fait pas" in page


def test_before_both_said_yes_there_is_no_room(client):
    pair = PairFactory(notified=True)
    client.sign_in(pair.mentor)

    for name in ("meeting-log", "pair-words", "goal-create", "pair-tell"):
        assert client.get(at(name, pair)).status_code == 404


def test_noting_today_takes_one_press(client, pair):
    """The form comes back as it stands: a telephone, no script, one submit."""
    client.sign_in(pair.mentor)
    page = client.get(at("meeting-log", pair)).text
    assert f'value="{today().isoformat()}"' in page

    answer = client.post(
        at("meeting-log", pair),
        {"day": today().isoformat(), "preset": "60", "way": "remote"},
        follow=True,
    )

    assert answer.status_code == 200
    noted = pair.meetings.get(day=today())
    assert (noted.state, noted.minutes, noted.logged_by) == ("held", 60, "mentor")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"day": 1}, "encore \u00e0 venir"),
        ({"day": -120}, "a commenc\u00e9"),
        ({"minutes": "5"}, "quart d\u2019heure"),
        ({"minutes": "4320"}, "huit heures"),
        ({"preset": ""}, "Choisissez la dur\u00e9e"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(client, pair, said, sentence):
    client.sign_in(pair.mentor)
    data = {"day": 0, "preset": "90", "way": "telephone", "topics": ["budget"]} | said
    data["day"] = (today() + timedelta(days=data["day"])).isoformat()

    page = client.post(at("meeting-log", pair), data).text

    assert sentence in page
    assert f'value="{data["day"]}"' in page
    assert pair.meetings.count() == 1


def test_planned_from_the_page(client, pair):
    day = today() + timedelta(days=12)
    client.sign_in(pair.mentor).post(
        at("meeting-plan", pair),
        {"day": day.isoformat(), "hour": "18:00", "way": "on_site"},
    )

    page = client.get(pair.get_absolute_url()).text
    assert pair.meetings.get(day=day).state == "planned"
    assert "Prochain rendez-vous" in page


@pytest.mark.parametrize(
    ("do", "state"), [("confirm", "held"), ("retract", "cancelled")]
)
def test_one_press(client, meeting, do, state):
    client.sign_in(meeting.pair.mentor).post(at("meeting-press", meeting), {"do": do})

    meeting.refresh_from_db()
    assert meeting.state == state
    assert bool(meeting.confirmed_at) == (do == "confirm")


def test_an_unknown_press_is_not_found(client, meeting):
    client.sign_in(meeting.pair.mentor)

    assert client.post(at("meeting-press", meeting), {"do": "x"}).status_code == 404


def test_correcting_on_an_old_version_loses_nothing(client, meeting):
    client.sign_in(meeting.pair.mentee)
    typed = {"day": meeting.day.isoformat(), "minutes": "75", "way": "on_site"}
    PairMeeting.objects.filter(pk=meeting.pk).update(version=3, minutes=30)

    page = client.post(at("meeting-correct", meeting), typed | {"version": "0"}).text
    meeting.refresh_from_db()
    assert "entre-temps" in page
    assert 'value="75"' in page
    assert meeting.minutes == 30

    client.post(at("meeting-correct", meeting), typed | {"version": "3"})
    meeting.refresh_from_db()
    assert meeting.minutes == 75


# --- Words ---------------------------------------------------------------------------
def test_the_shared_note_is_of_both(client, meeting):
    for half in (meeting.pair.mentor, meeting.pair.mentee):
        client.sign_in(half)
        for page in (meeting.pair, meeting):
            assert SHARED in client.get(page.get_absolute_url()).text


def test_the_private_note_is_of_its_author(client, meeting):
    client.sign_in(meeting.pair.mentee)
    url = at("meeting-private-note", meeting)
    client.get(url)
    assert not PrivateNote.objects.exists()
    client.post(url, {"text": MINE, "seen": seen(client, url)})

    assert MINE in client.get(meeting.get_absolute_url()).text
    assert MINE in client.get(at("pair-words", meeting.pair)).text
    client.sign_in(meeting.pair.mentor)
    for page in pages_of(meeting):
        assert MINE not in client.get(page).text


def seen(client, url):
    form = client.get(url).context["form"]
    return form["seen"].value()


def pages_of(meeting):
    pair = meeting.pair
    yield pair.get_absolute_url()
    for name in ROOMS:
        yield at(name, pair)
    for name in ("meeting-log", "meeting-plan"):
        yield at(name, pair)
    yield meeting.get_absolute_url()
    for name in ("correct", "shared-note", "private-note"):
        yield at(f"meeting-{name}", meeting)
    for goal in pair.goals.all():
        yield reverse("mentoring:goal-edit", args=[pair.uuid, goal.pk])
    yield from map(pair.review_url, ReviewStage)


def test_two_who_write_the_shared_note_at_once(client, meeting):
    url = at("meeting-shared-note", meeting)
    client.sign_in(meeting.pair.mentor)
    before = seen(client, url)
    client.post(url, {"shared_note": "Le premier.", "seen": before})

    page = client.post(url, {"shared_note": "Le second.", "seen": before})
    assert "entre-temps" in page.text
    assert "Le second." in page.text
    assert "Le premier." in client.get(meeting.get_absolute_url()).text

    again = page.context["form"]["seen"].value()
    client.post(url, {"shared_note": "Les deux.", "seen": again})
    assert "Les deux." in client.get(meeting.get_absolute_url()).text


def test_a_text_is_shown_as_it_was_typed(client, meeting):
    url = at("meeting-shared-note", meeting)
    client.sign_in(meeting.pair.mentor)
    said = {"shared_note": "<b>gras</b>\n\nAutre", "seen": seen(client, url)}
    client.post(url, said)

    page = client.get(meeting.get_absolute_url()).text
    assert "&lt;b&gt;gras&lt;/b&gt;" in page
    assert "<p>Autre</p>" in page


def test_a_lost_key_shows_a_page_and_writes_over_nothing(client, meeting, settings):
    goal = GoalFactory(pair=meeting.pair)
    note = PrivateNoteFactory(meeting=meeting)
    tokens = [meeting.shared_note.token, note.text.token, goal.text.token]
    client.sign_in(meeting.pair.mentee)
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    for page in pages_of(meeting):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert SHARED not in answer.text
    for name, field in (("shared", "shared_note"), ("private", "text")):
        url = at(f"meeting-{name}-note", meeting)
        assert "data-unreadable" in client.get(url).text
        answer = client.post(url, {field: "", "seen": ""})
        assert "data-unreadable" in answer.text
    url = reverse("mentoring:goal-edit", args=[meeting.pair.uuid, goal.pk])
    client.post(url, {"text": "neuf", "indicator": "", "seen": ""})

    for row in (meeting, note, goal):
        row.refresh_from_db()
    assert tokens == [meeting.shared_note.token, note.text.token, goal.text.token]
    with pytest.raises(WrongKey):
        meeting.shared_note.read(by=meeting.pair.mentee)


def test_a_goal_is_written_reached_and_shared_by_both(client, pair):
    client.sign_in(pair.mentee)
    url = at("goal-create", pair)
    said = {"text": "Un budget seule", "indicator": "Fait une fois"}
    client.post(url, said | {"seen": seen(client, url)})
    goal = pair.goals.get()
    edit = reverse("mentoring:goal-edit", args=[pair.uuid, goal.pk])
    client.post(edit, said | {"text": "Deux budgets", "seen": seen(client, edit)})
    press = reverse("mentoring:goal-press", args=[pair.uuid, goal.pk])
    client.post(press, {"do": "reach"})

    page = client.get(pair.get_absolute_url()).text
    assert "Deux budgets" in page
    assert "Atteint" in page

    desk = reverse("admin:mentoring_pair_change", args=[pair.pk])
    client.post(at("pair-share", pair), {"shared": "yes"})
    officer = pair.activity.officer
    assert "Deux budgets" not in client.sign_in(officer).get(desk).text
    client.sign_in(pair.mentor).post(at("pair-share", pair), {"shared": "yes"})
    assert "Deux budgets" in client.sign_in(officer).get(desk).text
    client.sign_in(pair.mentor).post(at("pair-share", pair), {"shared": "no"})
    assert "Deux budgets" not in client.sign_in(officer).get(desk).text


def test_an_empty_goal_is_not_made(client, pair):
    client.sign_in(pair.mentee)

    page = client.post(at("goal-create", pair), {"text": " ", "seen": ""})

    assert page.status_code == 200
    assert not pair.goals.exists()


def test_a_word_to_the_agency_is_for_its_officer(client, pair):
    word = "Nous peinons \u00e0 nous voir."
    client.sign_in(pair.mentee).post(at("pair-tell", pair), {"text": word})
    assert word in client.get(pair.get_absolute_url()).text
    assert word not in client.sign_in(pair.mentor).get(pair.get_absolute_url()).text

    note = pair.agency_notes.get()
    url = reverse("admin:mentoring_agencynote_change", args=[note.pk])
    assert word in client.sign_in(pair.activity.officer).get(url).text
    other = RunningEditionFactory().officer
    assert client.sign_in(other).get(url).status_code == 404
    for trait in ("direction", "secretary", "superuser"):
        client.sign_in(PersonFactory(**{trait: True}))
        assert client.get(url).status_code in (403, 404)


def test_ended_by_one_without_a_word_to_the_other(client, pair):
    client.sign_in(pair.mentee).post(at("pair-end", pair), {"category": "fit"})
    pair.refresh_from_db()
    assert (pair.state, pair.ended_by) == ("ended_early", "mentee")

    page = client.sign_in(pair.mentor).get(pair.get_absolute_url()).text
    assert "trouv\u00e9 sa fa\u00e7on" not in page
    assert SHARED in page


def test_over_it_is_read_and_no_longer_written(client):
    pair = PairFactory(completed=True)
    meeting = PairMeetingFactory(pair=pair, shared_note=SHARED)
    client.sign_in(pair.mentor)

    assert SHARED in client.get(at("pair-words", pair)).text
    for url in (at("meeting-log", pair), at("meeting-shared-note", meeting)):
        assert client.post(url, {"shared_note": ""}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.shared_note


def test_every_page_has_the_box_and_is_kept_nowhere(client, meeting):
    GoalFactory(pair=meeting.pair)
    client.sign_in(meeting.pair.mentee)

    for page in pages_of(meeting):
        answer = client.get(page)
        assert "ne voit pas" in answer.text, page
        assert 'hx-history="false"' in answer.text
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_much_for_one_as_for_three(
    client, django_assert_max_num_queries, rows
):
    pair = PairFactory(active=True)
    for number in range(rows):
        PairMeetingFactory(
            pair=pair, day=today() - timedelta(days=number), shared_note=SHARED
        )
        GoalFactory(pair=pair)
        AgencyNoteFactory(pair=pair)
    client.sign_in(pair.mentee)
    client.get(pair.get_absolute_url())

    with django_assert_max_num_queries(12):
        client.get(pair.get_absolute_url())
