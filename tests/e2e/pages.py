"""Every page that a browser can show, by the role that sees it.

The tables of tests/test_access.py say which; this module, with what in their addresses.
"""

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from agency.activities.choices import REVIEWED
from agency.activities.models import (
    Activity,
    Charter,
    Difficulty,
    Enrolment,
    Invitation,
    Participation,
    Session,
)
from agency.activities.models.names import names_read_by
from agency.activities.services.halfdays import half_days
from agency.activities.services.roll import roll
from agency.core.admin import site as desk
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import available_moves
from agency.mail.models import OutgoingEmail
from agency.people.models import Merge, Organisation, Person, Role
from groups.models import CodevelopmentGroup, PeerGroup
from programmes.models import PracticeCycle
from tests.test_access import ACCESS, DESK, DOORS, ROLES

# The same pages under other queries, and what the demo alone has.
QUERIES = [
    "/activites/?q=theatre",
    "/activites/?q=introuvable",
    "/agenda/?mois=2031-01",
    "/demo/courrier/",
]
# Files, fragments, answers to a script or to a press: no page.
NOT_PAGES = {
    "admin:activities_difficulty_settle",
    "activities:activity-calendar",
    "activities:session-calendar",
    "activities:animation-scan",
    "admin:activities_convening_live",
    "admin:activities_enrolment_call_list",
    "admin:activities_session_preview",
    "admin:people_importbatch_left",
    "admin:people_importbatch_live",
    "admin:people_importbatch_model",
    "admin:activities_session_scan",
    "admin:autocomplete",
    "admin:jsi18n",
    "documents:document-file",
    "mfa_download_recovery_codes",
    "people:personal-data-export",
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
    "people:affiliation-edit",
}
# The boards of whoever is in charge; no colleague reads them.
BOARDS = {"admin:activities_activity_board", "admin:activities_activity_apply"}
SECOND_FACTOR = {"mfa_view_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"}
# Who sees what another role sees; tests/test_access.py has one column for both.
LIKE = {
    "careful": "stranger",
    "convened": "enrolled",
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
    if name.startswith("activities:animation-"):
        return list(led_sessions(name, person)) if person else []
    if name == "account_reset_password_from_key":
        return [["1", "forged"]]
    return [[]]


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


# What somebody has of their own; a visitor has nothing.
OWN_ROWS = {
    "activities:enrolment-change": enrolments_of,
    "activities:enrolment-detail": enrolments_of,
    "activities:enrolment-withdraw": enrolments_of,
    "activities:enrolment-propose": proposing,
    "activities:enrolment-sign": signed_by,
    "activities:invitation-decline": invited,
    "activities:participation-excuse": awaited,
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


# --- The desk ------------------------------------------------------------------
def desk_pages(column, person):
    yield reverse("admin:index")
    for label in {model._meta.app_label for model in rooms(column)}:
        yield reverse("admin:app_list", args=[label])
    for model in rooms(column):
        if model is Difficulty and not person.activities_in_charge.exists():
            continue  # the list of whoever is in charge of something
        yield from room_pages(model, column, person)
    for name, who in DOORS.items():
        if column in who and name not in NOT_PAGES:
            for arguments in door_arguments(name, person):
                yield reverse(name, args=arguments)


def rooms(column):
    return [m for m in desk._registry if column in DESK[m._meta.label_lower].view]


def room_pages(model, column, person):
    """The list, also when nothing is found; the form; a row of each state; its moves."""
    stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    may = DESK[model._meta.label_lower]
    yield reverse(f"{stem}_changelist")
    if desk._registry[model].search_fields:
        yield reverse(f"{stem}_changelist") + "?q=introuvable"
    if column in may.add:
        yield reverse(f"{stem}_add")
    for row in rows(model, person):
        yield reverse(f"{stem}_change", args=[row.pk])
        yield reverse(f"{stem}_history", args=[row.pk])
        if column in may.delete:
            yield reverse(f"{stem}_delete", args=[row.pk])
        for name in steps(model, row, person):
            yield reverse(f"{stem}_move", args=[row.pk, name])


def rows(model, person):
    """The last row that this person may see, or the last in each state."""
    seen = visible_rows(model, person).order_by("pk")
    if not hasattr(model, "moves"):
        return [row for row in [seen.last()] if row]
    states = model._meta.get_field("state").choices
    found = [seen.filter(state=value).last() for value, _label in states]
    return [row for row in found if row]


def steps(model, row, person):
    services = desk._registry[model].services
    known = available_moves(row, person) if hasattr(row, "moves") else {}
    return [name for name in known if name in services]


# Pages about the first row of a model that there is.
FIRST = {
    "admin:groups_codevelopmentgroup_form": CodevelopmentGroup,
    "admin:groups_peergroup_form": PeerGroup,
    "admin:programmes_practicecycle_form": PracticeCycle,
    "admin:activities_charter_new_version": Charter,
}


def door_arguments(name, person):
    others = Person.objects.exclude(pk=person.pk).order_by("pk")
    if name in OF_SESSIONS:
        return OF_SESSIONS[name](person)
    if name == "admin:activities_enrolment_line":
        known = Activity.objects.filter(names_read_by(person)).order_by("pk")
        return [[one.pk] for one in known[:1]]
    if name in FIRST:
        return [[one.pk] for one in FIRST[name].objects.order_by("pk")[:1]]
    if name == "admin:people_person_end_role":
        given = Role.objects.in_force().exclude(person=person).order_by("pk")
        return [[one.person_id, one.pk] for one in given[:1]]
    if "merge" in name:
        return to_merge(name, others)
    activities = Activity.objects.order_by("pk")
    if name in BOARDS:
        mine = activities.filter(officer=person, registration_mode__in=REVIEWED)
        return [[one.pk] for one in mine]
    unclaimed = others.filter(password__startswith="!", email__isnull=False)
    rows = {
        "admin:activities_activity_renew": activities,
        "admin:activities_invitation_resend": visible_rows(Invitation, person).filter(
            state="sent"
        ),
        "admin:mail_outgoingemail_address": visible_rows(
            OutgoingEmail, person
        ).order_by("-pk"),
        "admin:people_person_invite": unclaimed,
        "admin:people_person_reset_second_factor": others.filter(
            authenticator__type="totp"
        ),
        "admin:people_person_give_role": others,
    }
    return [[one.pk] for one in rows[name][:1]] if name in rows else [[]]


def to_merge(name, others):
    """Two records to compare, or two that were made one."""
    if name.endswith("_undo_merge"):
        model = Organisation if "organisation" in name else Person
        done = Merge.objects.filter(
            content_type=ContentType.objects.get_for_model(model)
        )
        return [[one.uuid] for one in done.order_by("-pk")[:1]]
    rows = others.filter(roles=None).order_by("pk")
    if name.startswith("admin:people_organisation"):
        rows = Organisation.objects.present().order_by("pk")
    two = list(rows[:2])
    if len(two) < 2:
        return []
    one, other = two
    return [[one.pk, other.pk] if name.endswith("_merge_with") else [one.pk]]


def to_convene(person):
    """A session to which people are to be convened, and one where nobody is left."""
    coming = Session.objects.coming().filter(names_read_by(person, "activity"))
    coming = coming.filter(participations__isnull=False).distinct()
    left = Participation.objects.to_convene().values("session")
    some, none = coming.filter(pk__in=left), coming.exclude(pk__in=left)
    return [[one.pk] for part in (some, none) for one in part[:1]]


def with_a_roll(person):
    """The first session at which people were expected, and the last."""
    known = Session.objects.filter(names_read_by(person, "activity"))
    found = known.filter(participations__isnull=False).distinct()
    ranked = found.order_by("starts_at", "pk")
    return [[one.pk] for one in (ranked.first(), ranked.last()) if one]


OF_SESSIONS = {
    "admin:activities_session_convene": to_convene,
    "admin:activities_session_attendance": with_a_roll,
}
