"""The pages of aid for mobility that the walk opens, and what stands in their addresses."""

from agency.core.clock import now, today
from grants.forms.pages import WAYS
from grants.models import Application, Point, Scheme, SchemeVersion
from grants.models.reading import presented_to, sittings_of
from grants.services import interests, minutes


# --- Schemes: the same for everybody -------------------------------------------
def simulated():
    """The schemes that one simulates: those that pay, and that one applies to here."""
    paying = Scheme.objects.public().filter(takes_applications=True)
    return [[one.slug] for one in paying.order_by("pk")[:1]]


def shown_schemes():
    """One scheme to which one applies, and one that says where one does instead."""
    known = Scheme.objects.filter(versions__state="published").order_by("pk")
    here = known.filter(takes_applications=True).first()
    elsewhere = known.filter(takes_applications=False).first()
    return [[one.slug] for one in (here, elsewhere) if one]


def former_rules():
    ended = SchemeVersion.objects.exclude(valid_until=None).select_related("scheme")
    return [[one.scheme.slug, one.number] for one in ended.order_by("pk")[:1]]


THE_SAME = {
    "grants:scheme-detail": shown_schemes,
    "grants:scheme-version": former_rules,
    "grants:simulator": simulated,
}


# --- Applications: one's own -----------------------------------------------------
def aided(person):
    """One of each state: what is asked, and what is said, changes with it."""
    own = Application.objects.filter(editors__person=person).order_by("pk")
    by_state = {one.state: one for one in own}
    return [[one.uuid] for one in by_state.values()]


def drafts_of(person):
    """The last that they are in charge of and have not sent."""
    own = Application.objects.filter(
        state="draft", editors__person=person, editors__role="owner"
    )
    return own.order_by("-pk")[:1]


def parts_of(person):
    return [[one.uuid, way] for one in drafts_of(person) for way in WAYS]


def joined_by(person):
    own = Application.objects.filter(
        editors__person=person, editors__role="collaborator"
    )
    return [[one.uuid] for one in own.order_by("pk")[:1]]


def schemes_to_apply_for(person):
    """The first that takes applications, and one that takes none."""
    rows = Scheme.objects.public().order_by("pk")
    by_answer = {one.takes_applications: one for one in rows}
    return [[one.slug] for one in by_answer.values()]


def drafted(person):
    """A draft that the person writes, and may send."""
    own = Application.objects.filter(editors__person=person, editors__may_submit=True)
    return own.filter(state="draft").order_by("pk")[:1]


def asked_papers(person):
    papers = [(one, one.rules.requirements.first()) for one in drafted(person)]
    return [[one.uuid, paper.key] for one, paper in papers if paper]


def given_papers(person):
    papers = [
        (one, one.documents.filter(replaced_by=None).first()) for one in drafted(person)
    ]
    return [[one.uuid, paper.uuid] for one, paper in papers if paper]


def sent_by(person):
    """The last revision of what the person sent, and may take back."""
    own = Application.objects.filter(editors__person=person, editors__may_submit=True)
    own = own.running().exclude(revisions=None).order_by("pk")[:1]
    return [[one.uuid, one.revisions.count()] for one in own]


def addresses(rows):
    return lambda person: [[one.uuid] for one in rows(person)]


# --- The commission: by the mandate ---------------------------------------------
def read_sittings(person):
    """The sitting that is being read, of the commission where they are in office."""
    rows = sittings_of(person).filter(review_opens_at__lte=now())
    return [[one.pk] for one in rows.order_by("-session__starts_at")[:1]]


def led_sittings(person):
    rows = sittings_of(person).filter(pk__in=[key for (key,) in read_sittings(person)])
    return [[one.pk] for one in rows if interests.leads(person, one)]


def minuted_sittings(person):
    """Whose minutes they read: validated, or theirs to validate."""
    rows = sittings_of(person).order_by("-session__starts_at")
    leads = interests.leads
    return [[one.pk] for one in rows if minutes.is_open(one, leads(person, one))][:1]


def held_today(person):
    """The sitting that meets today, or the last one that was held."""
    rows = sittings_of(person).filter(session__starts_at__date__lte=today())
    return [[one.pk] for one in rows.order_by("-session__starts_at")[:1]]


def ranked(person):
    """The scheme of the first file on its agenda."""
    found = []
    for (key,) in held_today(person):
        point = Point.objects.filter(sitting=key).order_by("pk").first()
        found += [[key, point.application.scheme.slug]] if point else []
    return found


def read_files(person):
    """One that is to review, and one whose review was given, others beside it."""
    rows = presented_to(person).order_by("pk")
    given = rows.filter(reviews__person=person, reviews__state="submitted").first()
    left = rows.exclude(reviews__person=person).first()
    return [[one.sitting_id, one.uuid] for one in (left, given) if one]


OWN_ROWS = {
    "grants:commission-sitting": read_sittings,
    "grants:commission-interests": read_sittings,
    "grants:commission-recusals": led_sittings,
    "grants:commission-minutes": minuted_sittings,
    "grants:commission-file": read_files,
    "grants:commission-live": held_today,
    "grants:commission-screen": held_today,
    "grants:commission-ranking": ranked,
    "grants:application-start": schemes_to_apply_for,
    **dict.fromkeys(
        (
            "grants:application-detail",
            "grants:application-editors",
            "grants:application-estimate",
            "grants:application-thread",
            "grants:application-completion",
        ),
        aided,
    ),
    "grants:application-part": parts_of,
    "grants:application-discard": addresses(drafts_of),
    "grants:application-leave": joined_by,
    "grants:application-submit": addresses(drafted),
    "grants:paper-give": asked_papers,
    **dict.fromkeys(("grants:paper-replace", "grants:paper-remove"), given_papers),
    **dict.fromkeys(
        (
            "grants:application-sent",
            "grants:application-take-over",
            "grants:application-withdraw",
        ),
        lambda person: [one[:1] for one in sent_by(person)],
    ),
    "grants:application-revision": sent_by,
}
