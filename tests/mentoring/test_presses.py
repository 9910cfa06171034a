"""The link of a reminder: three answers, once, without signing in."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from agency.core.clock import now, today, travel
from mentoring import press_links
from mentoring.choices import EndReason
from mentoring.models import PairAlert
from mentoring.services import meetings, pairs, presses
from tests.mentoring.factories import (
    NudgeSentFactory,
    PairMeetingFactory,
    PrivateNoteFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SHARED = "zibeline-partagee"


@pytest.fixture
def nudge():
    nudge = NudgeSentFactory()
    PairMeetingFactory(
        pair=nudge.pair, day=today() - 50 * DAY, way="telephone", shared_note=SHARED
    )
    return nudge


def address(nudge, side="mentee", answer="vus"):
    given = press_links.token(nudge, side)
    return reverse("mentoring:nudge-answer", args=[nudge.uuid, given, answer])


def kept(nudge, answer="vus"):
    return reverse("mentoring:nudge-answer", args=[nudge.uuid, "repondre", answer])


def press(client, nudge, side="mentee", answer="vus", **data):
    """Open the link of the mail, then press; the page that follows."""
    opened = client.get(address(nudge, side, answer))
    assert opened.status_code == 302
    return client.post(opened.url, data, follow=True)


MET = {"when": "today", "preset": "60", "way": "telephone"}


def test_opening_the_link_writes_nothing_and_opens_nothing(client, nudge):
    answer = client.get(address(nudge), follow=True)

    assert answer.redirect_chain == [(kept(nudge), 302)]
    assert "Quand vous \u00eates-vous vus" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert SESSION_KEY not in client.session
    assert client.get(reverse("pages:own-space")).status_code == 302
    assert client.get(nudge.pair.get_absolute_url()).status_code == 302
    nudge.refresh_from_db()
    assert nudge.mentee_answered_at is None
    assert nudge.pair.meetings.count() == 1


def test_no_word_of_the_pair_is_on_it(client, nudge):
    meeting = nudge.pair.meetings.get()
    PrivateNoteFactory(meeting=meeting, side="mentee", text=SHARED)

    for answer in ("vus", "date", "aide"):
        page = client.get(address(nudge, answer=answer), follow=True).text
        assert SHARED not in page
        assert nudge.pair.mentor.full_name not in page


@pytest.mark.parametrize(
    ("said", "ago"), [("today", 0), ("yesterday", 1), ("other", 12)]
)
def test_one_press_notes_the_meeting(client, nudge, said, ago):
    day = today() - ago * DAY
    page = press(client, nudge, **MET | {"when": said, "day": day.isoformat()})

    assert "not\u00e9, merci" in page.text
    noted = nudge.pair.meetings.get(day=day)
    assert (noted.state, noted.minutes, noted.way) == ("held", 60, "telephone")
    assert (noted.logged_by, noted.is_confirmed) == ("mentee", False)
    nudge.refresh_from_db()
    assert nudge.mentee_answered_at
    assert nudge.mentor_answered_at is None


def test_the_other_one_confirms_with_their_own_link(client, nudge):
    press(client, nudge, "mentee", **MET)
    press(client, nudge, "mentor", **MET)

    noted = nudge.pair.meetings.get(day=today())
    assert noted.is_confirmed
    assert noted.logged_by == "mentee"


def test_a_date_is_set(client, nudge):
    day = today() + 9 * DAY
    data = {"day": day.isoformat(), "hour": "18:00", "way": "on_site"}
    page = press(client, nudge, answer="date", **data)

    assert "not\u00e9, merci" in page.text
    assert nudge.pair.meetings.get(day=day).state == "planned"


def test_help_is_asked_for_in_words_that_the_officer_reads(client, nudge):
    press(client, nudge, answer="aide", words="Nous peinons.")

    alert = PairAlert.objects.get()
    assert (alert.cause, alert.side, alert.words) == ("help", "mentee", "Nous peinons.")


def test_used_twice_it_says_so_and_writes_nothing(client, nudge):
    press(client, nudge, **MET)
    page = press(client, nudge, **MET | {"when": "yesterday"})

    assert "ne sert qu\u2019une fois" in page.text
    assert nudge.pair.meetings.filter(day__gt=today() - 2 * DAY).count() == 1
    page = press(client, nudge, answer="aide")
    assert "ne sert qu\u2019une fois" in page.text
    assert not PairAlert.objects.exists()


def test_after_the_end_it_is_a_clear_page(client, nudge):
    pair = nudge.pair
    pairs.end_early(pair, by=pair.mentor, category=EndReason.FIT)

    page = press(client, nudge, **MET)

    assert page.status_code == 200
    assert "plus rien \u00e0 noter" in page.text
    assert "fa\u00e7on" not in page.text
    assert pair.meetings.count() == 1


def test_a_month_later_it_answers_no_more(client, nudge):
    with travel(now() + 31 * DAY):
        page = press(client, nudge, **MET)

    assert "plus d\u2019un mois" in page.text
    assert nudge.pair.meetings.count() == 1


@pytest.mark.parametrize("answer", ["vus", "aide"])
def test_a_link_that_was_tampered_with_is_not_valid(client, nudge, answer):
    given = press_links.token(nudge, "mentee")
    other = NudgeSentFactory()
    for uuid, token in (
        (nudge.uuid, given[:-1]),
        (nudge.uuid, "repondre"),
        (other.uuid, given),
    ):
        url = reverse("mentoring:nudge-answer", args=[uuid, token, answer])
        for page in (client.get(url), client.post(url, MET)):
            assert page.status_code == 404
            assert "n\u2019est pas valable" in page.text
    assert not nudge.pair.meetings.filter(day=today()).exists()


def test_an_unknown_answer_is_not_found(client, nudge):
    assert client.get(address(nudge, answer="autre")).status_code == 404


def test_posting_to_the_address_of_the_mail_writes_nothing(client, nudge):
    assert client.post(address(nudge), MET).status_code == 302
    assert nudge.pair.meetings.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"when": "other", "day": (today() + DAY).isoformat()}, "encore \u00e0 venir"),
        ({"when": "other", "day": (today() - 99 * DAY).isoformat()}, "a commenc\u00e9"),
        ({"when": "other", "day": ""}, "Choisissez le jour"),
        ({"when": "other", "day": "hier"}, "date"),
    ],
)
def test_what_cannot_be_is_said_and_the_link_still_answers(
    client, nudge, said, sentence
):
    page = press(client, nudge, **MET | said)

    assert sentence in page.text
    nudge.refresh_from_db()
    assert nudge.mentee_answered_at is None
    press(client, nudge, **MET)
    assert nudge.pair.meetings.filter(day=today()).exists()


def test_the_link_of_one_is_not_that_of_the_other(nudge):
    assert press_links.token(nudge, "mentor") != press_links.token(nudge, "mentee")
    assert (
        press_links.found(nudge.uuid, press_links.token(nudge, "mentor"))[1] == "mentor"
    )


def test_of_two_presses_one_is_taken(nudge):
    """The second finds the first, even on a page opened before it."""
    pair = nudge.pair
    mine = type(nudge).objects.get(pk=nudge.pk)

    def note(pair, by):
        return meetings.log(pair, meetings.Facts(today(), 60, "remote"), by=by)

    presses.answer(nudge, "mentee", note)
    with pytest.raises(meetings.MoveBlocked):
        presses.answer(mine, "mentee", note)

    assert pair.meetings.filter(day=today()).count() == 1
