"""What each thing that waits in the kernel is called, and the list where it is done."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.admin.waits import ACTIVITIES, ENROLMENTS, LATE, SESSIONS
from agency.core.clock import today
from agency.pages.morning import Sort

# A member who proposes somebody hears within a week.
PROPOSED_FOR = 7


def list_of(room, query=""):
    return f"{reverse(f'admin:{room}_changelist')}{query}"


def _in_days(line):
    """The session, not its deadline, is what one counts towards."""
    count = (line.due - today()).days + LATE + 1
    if not count:
        return _("today")
    return ngettext("session in %(count)s day", "session in %(count)s days", count) % {
        "count": count
    }


NAMED = {
    "proposal": lambda: _(
        "Members of a group propose somebody: invite them, or set aside"
    ),
    "message": lambda: _("The mail server would not have them"),
    "address": lambda: _("No message reaches these people any more"),
}


def failed(url):
    """Letters of the batch at ``url`` that were not made."""
    return Sort(
        lambda n: ngettext("Letter that failed", "Letters that failed", n),
        url,
        _("To try again"),
        "late",
    )


def paper(url):
    """Letters of those without an address of their own."""
    return Sort(
        lambda n: ngettext("Letter on paper to print", "Letters on paper to print", n),
        url,
        _("To post"),
    )


def notice(url):
    """A session has changed: its people are told in a moment, unless it is held back."""
    return Sort(
        lambda n: ngettext("Change about to be told", "Changes about to be told", n),
        url,
        shape="wait",
    )


def by_key():
    """By key: what it is called and where it is done, and in how many days it is due.

    Without days it is for today.
    """
    sessions, enrolments = "activities_session", "activities_enrolment"
    activities = "activities_activity"

    def split(room, key, title, waits, word="", shape="todo"):
        wait = waits[key]
        url = list_of(room, f"?attend={key}")
        sort = Sort(title, url, word, shape, split=bool(wait.due), narrow=True)
        return sort, (wait.days if wait.due else None)

    return {
        "convoquer": split(
            sessions,
            "convoquer",
            lambda n: ngettext("Session to convene", "Sessions to convene", n),
            SESSIONS,
            _in_days,
        ),
        "verrouiller": split(
            sessions,
            "verrouiller",
            lambda n: ngettext(
                "Attendance sheet to lock", "Attendance sheets to lock", n
            ),
            SESSIONS,
        ),
        "verifier": split(
            sessions,
            "verifier",
            lambda n: ngettext(
                "Session whose attendance contradicts itself",
                "Sessions whose attendance contradicts itself",
                n,
            ),
            SESSIONS,
            _("To check"),
            "late",
        ),
        "seuil": split(
            sessions,
            "seuil",
            lambda n: ngettext(
                "Session below its minimum", "Sessions below their minimum", n
            ),
            SESSIONS,
            _("To decide"),
            "late",
        ),
        "annoncer": split(
            activities,
            "annoncer",
            lambda n: ngettext("Draft to announce", "Drafts to announce", n),
            ACTIVITIES,
            shape="draft",
        ),
        "demarrer": split(
            activities,
            "demarrer",
            lambda n: ngettext(
                "Activity whose registration is closed",
                "Activities whose registration is closed",
                n,
            ),
            ACTIVITIES,
        ),
        "clot": split(
            activities,
            "clot",
            lambda n: ngettext(
                "Registration that closes with seats left",
                "Registrations that close with seats left",
                n,
            ),
            ACTIVITIES,
            shape="wait",
        ),
        "terminer": split(
            activities,
            "terminer",
            lambda n: ngettext("Activity to finish", "Activities to finish", n),
            ACTIVITIES,
        ),
        "reponse": split(
            enrolments,
            "reponse",
            lambda n: ngettext(
                "Seat offered without an answer", "Seats offered without an answer", n
            ),
            ENROLMENTS,
            shape="wait",
        ),
        "charte": split(
            enrolments,
            "charte",
            lambda n: ngettext(
                "Charter about to lapse, not signed",
                "Charters about to lapse, not signed",
                n,
            ),
            ENROLMENTS,
        ),
        "private": (
            Sort(
                lambda n: ngettext(
                    "Difficulty declared in private",
                    "Difficulties declared in private",
                    n,
                ),
                list_of("activities_difficulty", "?etat=a-traiter"),
                _("To call"),
                "late",
            ),
            None,
        ),
        "proposal": (
            Sort(
                lambda n: ngettext("Proposal to look at", "Proposals to look at", n),
                list_of(
                    "activities_invitation", "?state__exact=proposed&origine=membre"
                ),
                narrow=True,
            ),
            PROPOSED_FOR,
        ),
        "message": (
            Sort(
                lambda n: ngettext("Message refused", "Messages refused", n),
                list_of("mail_outgoingemail", "?state__exact=failed"),
                _("To look at"),
                "late",
            ),
            None,
        ),
        "address": (
            Sort(
                lambda n: ngettext("Address to correct", "Addresses to correct", n),
                list_of("people_person", "?compte=refusee"),
                _("To call"),
                "late",
            ),
            None,
        ),
    }
