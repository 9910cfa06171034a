"""Every page of the desk that a browser can show, by the role that sees it."""

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from agency.activities.choices import REVIEWED
from agency.activities.models import (
    Activity,
    Charter,
    Difficulty,
    Invitation,
    Participation,
    Session,
)
from agency.activities.models.names import names_read_by
from agency.core.admin import site as desk
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import available_moves
from agency.mail.models import OutgoingEmail
from agency.people.models import Merge, Organisation, Person, Role
from grants.models import (
    Application,
    ApplicationDocument,
    Commission,
    ExpenseLine,
    Scheme,
    SchemeVersion,
    Sitting,
)
from grants.services.sitting_summary import CLOSED
from grants.states import RUNNING
from groups.models import CodevelopmentGroup, PeerGroup
from mentoring.models import (
    MentoringApplication,
    MentoringEdition,
    Pair,
)
from programmes.models import PracticeCycle
from tests.access import DESK, DOORS
from tests.e2e.not_pages import NOT_PAGES

BOARDS = {"admin:activities_activity_board", "admin:activities_activity_apply"}


def desk_pages(column, person):
    yield reverse("admin:index")
    for label in {model._meta.app_label for model in rooms(column)}:
        yield reverse("admin:app_list", args=[label])
    for model in rooms(column):
        if model in IN_CHARGE and not person.activities_in_charge.exists():
            continue
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


# The lists of whoever is in charge of something.
IN_CHARGE = {Difficulty, MentoringApplication}
OF_SITTING = ("progress", "agenda", "reconvene")
FOLLOW = "mentoring.follow_mentoringedition"
# Pages about the first row of a model that there is.
FIRST = {
    "admin:groups_codevelopmentgroup_form": CodevelopmentGroup,
    "admin:groups_peergroup_form": PeerGroup,
    "admin:mentoring_mentoringedition_form": MentoringEdition,
    "admin:programmes_practicecycle_form": PracticeCycle,
    "admin:activities_charter_new_version": Charter,
    # Schemes, their rules, commissions.
    "admin:grants_scheme_new_version": Scheme,
    "admin:grants_schemeversion_preview": SchemeVersion,
    "admin:grants_commission_form": Commission,
}


def followed(person):
    """The editions whose dashboard this person opens."""
    every = MentoringEdition.objects.select_related("officer")
    keys = [one.pk for one in every if person.has_perm(FOLLOW, one)]
    return MentoringEdition.objects.filter(pk__in=keys).order_by("pk")


def door_arguments(name, person):
    others = Person.objects.exclude(pk=person.pk).order_by("pk")
    if name in BY_PERSON:
        return BY_PERSON[name](person)
    if name == "admin:activities_enrolment_line":
        known = Activity.objects.filter(names_read_by(person)).order_by("pk")
        return [[one.pk] for one in known[:1]]
    if name == "admin:activities_activity_certificates":
        known = Activity.objects.filter(names_read_by(person))
        ended = known.filter(enrolments__state="confirmed").distinct()
        return [[one.pk] for one in ended.order_by("pk")[:1]]
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
        "admin:mentoring_mentoringedition_dashboard": followed(person),
        "admin:mentoring_mentoringapplication_link": visible_rows(
            MentoringApplication, person
        ).filter(edition__officer=person, vetoes__isnull=False),
        "admin:activities_invitation_resend": visible_rows(Invitation, person).filter(
            state="sent"
        ),
        "admin:mail_outgoingemail_address": visible_rows(
            OutgoingEmail, person
        ).order_by("-pk"),
        "admin:mentoring_pair_agreement": visible_rows(Pair, person).exclude(
            agreements=None
        ),
        "admin:mentoring_pair_terms": visible_rows(Pair, person).filter(
            state="agreement_pending"
        ),
        "admin:people_person_invite": unclaimed,
        "admin:people_person_reset_second_factor": others.filter(
            authenticator__type="totp"
        ),
        "admin:people_person_give_role": others,
    }
    # --- dialogue
    files = visible_rows(Application, person).order_by("pk")
    rows |= {
        "admin:grants_threadmessage_file": files.exclude(messages=None),
        "admin:grants_completionrequest_ask": files.filter(state="submitted"),
        "admin:grants_completionrequest_close": files.filter(
            state="completion_requested"
        ),
    }
    # --- desk of applications
    instructed = files.filter(state="under_instruction")
    rows |= {
        "admin:grants_application_report": instructed,
        "admin:grants_application_assign": files.filter(state__in=RUNNING),
        "admin:grants_application_appoint": files.filter(state__in=RUNNING),
        "admin:grants_application_note": files.sent(),
        **dict.fromkeys(
            [f"admin:grants_sitting_{page}" for page in OF_SITTING],
            Sitting.objects.exclude(
                session__activity__enrolments__membership=None
            ).order_by("-pk"),
        ),
        "admin:grants_sitting_minutes": Sitting.objects.exclude(
            state="preparing"
        ).order_by("-pk"),
        "admin:grants_sitting_summary": Sitting.objects.filter(
            state__in=CLOSED
        ).order_by("-pk"),
    }
    return [[one.pk] for one in rows[name][:1]] if name in rows else [[]]


def expense_to_retain(person):
    lines = ExpenseLine.objects.filter(application__state="under_instruction")
    seen = lines.filter(application__in=visible_rows(Application, person))
    return [[one.application_id, one.pk] for one in seen.order_by("pk")[:1]]


def paper_to_check(person):
    papers = ApplicationDocument.objects.filter(application__state__in=RUNNING)
    seen = papers.filter(application__in=visible_rows(Application, person))
    return [[one.application_id, one.pk] for one in seen.order_by("pk")[:1]]


def to_match(person):
    """The editions of that very officer."""
    mine = MentoringEdition.objects.filter(officer=person).order_by("pk")
    return [[one.pk] for one in mine]


def matched(person):
    """A retained application: for whom the page lists everybody."""
    retained = MentoringApplication.objects.filter(state="retained")
    mine = retained.filter(edition__officer=person).order_by("pk")
    return [[one.edition_id, one.pk] for one in mine[:1]]


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


def to_postpone(person):
    """A session to come, and one that waits for its new date."""
    known = Session.objects.order_by("starts_at", "pk")
    planned = known.filter(state="planned", starts_at__gt=now())
    waits = known.filter(state="postponed", postponed_to=None)
    return [[one.pk] for one in (planned.first(), waits.first()) if one]


BY_PERSON = {
    "admin:grants_application_retain": expense_to_retain,
    "admin:grants_application_check": paper_to_check,
    "admin:activities_session_postpone": to_postpone,
    "admin:activities_session_convene": to_convene,
    "admin:activities_session_attendance": with_a_roll,
    "admin:mentoring_mentoringedition_match": to_match,
    "admin:mentoring_mentoringedition_match_publish": to_match,
    "admin:mentoring_mentoringedition_match_for": matched,
}
