"""Every page that a browser can show, by the role that sees it.

The tables of tests/access.py say which; this module, with what in their addresses.
"""

from django.urls import reverse

from agency.activities.models import (
    Activity,
    Enrolment,
    Invitation,
    Participation,
    Session,
)
from agency.activities.services.halfdays import half_days
from agency.activities.services.roll import roll
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.mail import preferences
from agency.mail.choices import Topic
from agency.people.models import Person
from mentoring.models import (
    Goal,
    MentoringApplication,
    MentoringEdition,
    Pair,
    PairMeeting,
)
from tests.access import ACCESS
from tests.answers import ROLES
from tests.e2e import aid_pages
from tests.e2e.desk_pages import desk_pages
from tests.e2e.not_pages import NOT_PAGES

# The same pages under other queries, and what the demo alone has.
QUERIES = [
    "/activites/?q=theatre",
    "/activites/?q=introuvable",
    "/agenda/?mois=2031-01",
    "/demo/courrier/",
]
# Files, fragments, answers to a script or to a press: no page.
# Below a pair, and below one of its meetings.
OF_PAIRS = {
    *(f"mentoring:pair-{page}" for page in ("detail", "words", "tell", "end")),
    *(f"mentoring:pair-{page}" for page in ("pulse", "help", "rest")),
    "mentoring:pair-agreement",
    *("mentoring:meeting-log", "mentoring:meeting-plan", "mentoring:goal-create"),
}
OF_MEETINGS = {
    *("mentoring:meeting-detail", "mentoring:meeting-correct"),
    *("mentoring:meeting-shared-note", "mentoring:meeting-private-note"),
}
# One's own: whoever has such a row sees its page, whatever the role.
OWNED = {
    "activities:enrolment-change",
    "activities:participation-excuse",
    "activities:enrolment-detail",
    "activities:enrolment-propose",
    "activities:invitation-decline",
    "activities:enrolment-sign",
    "activities:enrolment-withdraw",
    "mentoring:application-detail",
    "mentoring:application-withdraw",
    *OF_PAIRS,
    *OF_MEETINGS,
    *aid_pages.OWN_ROWS,
    "mentoring:goal-edit",
    "mentoring:pair-review",
    "people:affiliation-edit",
}
# The boards of whoever is in charge; no colleague reads them.
SECOND_FACTOR = {"mfa_view_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"}
# Who sees what another role sees; tests/access.py has one column for both.
LIKE = {
    "careful": "stranger",
    "convened": "enrolled",
    "applicant": "stranger",
    "company": "enrolled",
    "team": "officer",
    "board": "stranger",
    "member": "stranger",
    "chair": "stranger",
    "decider": "accountant",
    "disability_officer": "accountant",
}


def pages_of(role, person):
    """The addresses that ``role`` may open, ``person`` being the one who has it."""
    found = [*site_pages(role, person), *QUERIES]
    if person and person.is_staff:
        found += desk_pages(LIKE.get(role, role), person)
    return list(dict.fromkeys(found))


# --- The site ------------------------------------------------------------------
def site_pages(role, person):
    column = ROLES.index(LIKE.get(role, role))
    for name, answers in ACCESS.items():
        opens = answers[column] == 200 or name in OWNED
        opens = opens or (role == "careful" and name in SECOND_FACTOR)
        if opens and name not in NOT_PAGES and not name.startswith("admin:"):
            for arguments in site_arguments(name, person):
                yield reverse(name, args=arguments)


def site_arguments(name, person):
    """What stands in the addresses of the page ``name``: one list for each page."""
    if name in OWN_ROWS:
        return OWN_ROWS[name](person) if person else []
    if name == "activities:activity-detail":
        return shown_activities()
    if name == "activities:enrolment-create":
        taken = Enrolment.objects.filter(person=person).values("activity")
        free = Activity.objects.filter(state="open").exclude(pk__in=taken)
        return [[one.slug] for one in free.order_by("-pk")[:1]]
    if name in THE_SAME:  # for everybody: once is enough
        return [] if person else THE_SAME[name]()
    if name.startswith("activities:animation-"):
        return list(led_sessions(name, person)) if person else []
    if name == "account_reset_password_from_key":
        return [["1", "forged"]]
    if name == "mail:unsubscribe":
        reader = person or Person.objects.present().order_by("pk").first()
        return [[preferences.link(reader, topic).split("/")[-2]] for topic in Topic]
    return [[]]


def checked():
    """The code of a certificate in force, and one that is nobody's."""
    made = IssuedDocument.objects.exclude(code=None).current().order_by("pk")
    return [*([one.code_grouped] for one in made[:1]), ["ABCD-EFGH-JKMN-PQRS"]]


# What a page shows to whoever asks.
THE_SAME = {"documents:document-check": checked, **aid_pages.THE_SAME}


def enrolments_of(person):
    own = Enrolment.objects.filter(person=person).order_by("pk")
    return [[one.uuid] for one in own]


def proposing(person):
    own = Enrolment.objects.confirmed().filter(person=person)
    own = own.filter(activity__registration_mode="cooptation").order_by("pk")
    return [[one.uuid] for one in own[:1]]


def invited(person):
    return [[one.uuid] for one in Invitation.objects.of(person).order_by("pk")[:1]]


def awaited(person):
    """One session to come at which the person is expected."""
    own = Participation.objects.expected().filter(
        person=person, session__starts_at__gt=now()
    )
    return [[one.pk] for one in own.order_by("session__starts_at", "pk")[:1]]


def affiliations_of(person):
    return [[1]] if person.affiliations.exists() else []


def signed_by(person):
    """The closed groups in which this person has a seat."""
    inside = Enrolment.objects.filter(
        person=person, state__in=("confirmed", "accepted")
    )
    closed = inside.exclude(activity__confidentiality="public", activity__charter=None)
    return [[one.uuid] for one in closed.order_by("pk")]


def both_ways(person):
    newest = MentoringEdition.objects.order_by("-pk")[:1]
    return [[one.slug, way] for one in newest for way in ("mentor", "mentoree")]


def applications_of(person):
    own = MentoringApplication.objects.filter(person=person).order_by("pk")
    return [[one.uuid] for one in own]


def pairs_of(person):
    return [[one.uuid] for one in first_pair(person)]


def first_pair(person):
    return Pair.objects.told_to(person).order_by("pk")[:1]


def meetings_of(person):
    """The last that took place, of the first pair."""
    met = PairMeeting.objects.held().filter(pair__in=list(first_pair(person)))
    return [[one.pair.uuid, one.pk] for one in met.order_by("-day", "-pk")[:1]]


def goals_of(person):
    own = Goal.objects.filter(pair__in=list(first_pair(person)))
    return [[one.pair.uuid, one.pk] for one in own.order_by("-pk")[:1]]


def reviews_of(person):
    """Both: one is open, or says from when."""
    names = ("mi-parcours", "final")
    return [[one.uuid, name] for one in first_pair(person) for name in names]


# What somebody has of their own; a visitor has nothing.
OWN_ROWS = {
    "activities:enrolment-change": enrolments_of,
    "activities:enrolment-detail": enrolments_of,
    "activities:enrolment-withdraw": enrolments_of,
    "activities:enrolment-propose": proposing,
    "activities:enrolment-sign": signed_by,
    "activities:invitation-decline": invited,
    "activities:participation-excuse": awaited,
    "mentoring:application-detail": applications_of,
    "mentoring:application-write": both_ways,
    "mentoring:application-withdraw": applications_of,
    **dict.fromkeys(OF_PAIRS, pairs_of),
    **aid_pages.OWN_ROWS,
    **dict.fromkeys(OF_MEETINGS, meetings_of),
    "mentoring:goal-edit": goals_of,
    "mentoring:pair-review": reviews_of,
    "people:affiliation-edit": affiliations_of,
}


def led_sessions(name, person):
    """A session that is past and one to come, of those that the person leads."""
    led = Session.objects.led_by(person).order_by("starts_at")
    chosen = {
        led.filter(ends_at__lt=now()).last(),
        led.filter(ends_at__gte=now()).first(),
    }
    for session in chosen - {None}:
        if name != "activities:animation-sign":
            yield [session.uuid]
        elif row := next(iter(roll(session)), None):
            yield [session.uuid, row.participation.pk, half_days(session)[0]]


def shown_activities():
    """One activity of each state and kind that the site shows."""
    seen = {}
    for activity in Activity.objects.exclude(state="draft").order_by("pk"):
        seen.setdefault((activity.kind, activity.state), [activity.slug])
    return list(seen.values())
