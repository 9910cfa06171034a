"""The briefing note of each file, and the booklet of a sitting: what members print.

A note is a document of the house, made once the report is closed; the booklet is the
notes themselves, bound behind a cover, so that nobody receives a file shut to them and a
hundred and twenty files wait for no page to be laid out.
"""

from io import BytesIO

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy

from agency.core.clock import now
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument
from grants.documents import context as summary
from grants.models import AidComputation

BRIEFING = "grant_briefing"
NOTE, COVER = "grants/documents/briefing_note", "grants/documents/booklet_cover"


def declare():
    """The kind of document; called once, at start."""
    kinds.register(kinds.DocumentKind(BRIEFING, "NDI", gettext_lazy("Briefing note")))


def briefing_note(application):
    """Issue the note of ``application`` as its report stands, or return the one there is.

    It is about the computation that closed the report: taken up again and closed anew,
    a file has another one, and its note is another version under the same reference.
    """
    computation = application.computations.order_by("-computed_at", "-pk").first()
    revision = application.revisions.order_by("-number").first()
    if computation is None or revision is None:
        return None
    return services.issue(
        BRIEFING,
        title=str(application),
        about=computation,
        recipient=None,
        template=NOTE,
        context=_told(application, revision, computation),
        by=application.rapporteur,
        supersedes=_before(application, computation),
    )


def _told(application, revision, computation):
    content = summary(revision)
    return content | {
        "computation": computation,
        "report": application.report,
        "show": application.show,
        "proposed": application.proposed,
    }


def _before(application, computation):
    older = application.computations.exclude(pk=computation.pk)
    rows = _issued().filter(object_id__in=older.order_by().values("pk"))
    return rows.order_by("-version").first()


def _issued():
    about = ContentType.objects.get_for_model(AidComputation)
    rows = IssuedDocument.objects.filter(kind=BRIEFING, content_type=about)
    return rows.exclude(file="")


def notes(applications):
    """{key of an application: its last note} of those that are made; two queries."""
    rows = AidComputation.objects.filter(application__in=applications).order_by()
    files = dict(rows.values_list("pk", "application"))
    found = {}
    for one in _issued().filter(object_id__in=files).order_by("version", "pk"):
        found[files[one.object_id]] = one
    return found


def booklet(sitting, applications, person):
    """The bytes of one PDF for ``person``: a cover with the list, then each note.

    Every file has its bookmark; those whose note is not made yet are named on the cover.
    Each note begins on the front of a sheet. Raises OSError when a file is away.
    """
    import pikepdf  # slow import

    made = notes(applications)
    ready = [one for one in applications if one.pk in made]
    first = _cover(sitting, applications, ready, person, {})
    start = len(pikepdf.open(BytesIO(first)).pages)
    parts, at, places = [], start + start % 2, {}
    for one in ready:
        with made[one.pk].file.open("rb") as stored:
            part = pikepdf.open(BytesIO(stored.read()))
        places[one.pk] = at
        parts.append((one, part))
        at += len(part.pages) + len(part.pages) % 2
    # The numbers of pages are known now: the same cover, with them.
    cover = pikepdf.open(BytesIO(_cover(sitting, applications, ready, person, places)))
    return _bound(cover, parts, places, sitting)


def _cover(sitting, applications, ready, person, places):
    done = {one.pk for one in ready}
    lines = [
        {"file": one, "page": places.get(one.pk, 0) + 1, "is_ready": one.pk in done}
        for one in applications
    ]
    context = {
        "agency": settings.AGENCY,
        "sitting": sitting,
        "activity": sitting.session.activity,
        "lines": lines,
        "reader": person,
        "made_at": now(),
        # Nobody keeps it: it bears the number of the sitting, and none of its own.
        "document": {
            "reference": f"{sitting.year}-S{sitting.number}",
            "version": 1,
            "issued_at": now(),
            "supersedes": None,
            "fingerprint": "",
        },
    }
    return engine.render(COVER, context)


def _bound(cover, parts, places, sitting):
    import pikepdf  # slow import

    out, made = BytesIO(), pikepdf.new()
    made.pages.extend(cover.pages)
    _even(made)
    for _one, part in parts:
        made.pages.extend(part.pages)
        _even(made)
    with made.open_outline() as outline:
        for one, _part in parts:
            show = one.show.title if one.show else one.title
            name = f"{show}, {one.organisation.name} ({one.number})"
            outline.root.append(pikepdf.OutlineItem(name, places[one.pk]))
    made.Root.Lang = pikepdf.String("fr")
    made.Root.PageMode = pikepdf.Name.UseOutlines
    with made.open_metadata() as about:
        about["dc:title"] = f"Cahier de s\u00e9ance, {sitting}"
    made.save(out)
    return out.getvalue()


def _even(made):
    """A blank page where one ends on a front."""
    if len(made.pages) % 2:
        _, _, *size = made.pages[-1].mediabox
        made.add_blank_page(page_size=[float(side) for side in size])
