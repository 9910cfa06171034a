"""The pages of aid for mobility that the walk opens, and what stands in their addresses."""

from grants.forms.pages import WAYS
from grants.models import Application, Scheme, SchemeVersion


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


OWN_ROWS = {
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
