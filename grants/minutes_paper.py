"""The minutes on paper: the draft, the document once they are validated, the copies.

The document tells of every file. Whoever stands back from one receives a copy made from
the same frozen content without it, under the same number: never the document itself.
"""

from functools import partial

from django.conf import settings
from django.utils.translation import gettext_lazy

from agency.core import discretion
from agency.core.clock import now
from agency.documents import engine, kinds, services
from grants.models import Application, Minutes, Point
from grants.models.reading import is_shut_to
from grants.services import minutes_content, recused

MINUTES = "grant_minutes"
TEMPLATE = "grants/documents/minutes"


# What a sitting is read with for its minutes.
READ = (
    *("session__activity", "session__venue"),
    *("minutes__document__supersedes", "minutes__validated_by"),
)


def declare():
    """The kind of document; called once, at start."""
    kinds.register(
        kinds.DocumentKind(MINUTES, "PVC", gettext_lazy("Minutes of the commission"))
    )
    # The team reads it through its own door, which leaves out what is shut to each.
    discretion.keep(Minutes, _hidden)


def _hidden(user):
    """The minutes that tell of a file shut to ``user``."""
    shut = Application.objects.filter(is_shut_to(user)).order_by().values("pk")
    told = Point.objects.filter(application__in=shut).order_by()
    return Minutes.objects.filter(pk__in=told.values("sitting"))


# --- The document ------------------------------------------------------------------
def issue(row, *, by):
    """Issue the document of ``row``, minutes that are validated, errata at its end.

    With an erratum more it is another version, which replaces the one before.
    """
    return services.issue(
        MINUTES,
        title=str(row.sitting),
        about=row,
        recipient=None,
        template=TEMPLATE,
        context=_context(row, row.content, list(_errata(row))),
        by=by,
        supersedes=row.document,
    )


def _context(row, said, errata, **more):
    return {
        "agency": settings.AGENCY,
        "minutes": minutes_content.spoken(said),
        "remarks": row.remarks,
        "errata": errata,
        "validated_at": row.validated_at,
        "validated_by": row.validated_by,
        "reader": None,
        **more,
    }


def _errata(row):
    return row.errata.select_related("written_by").order_by("written_at", "pk")


# --- What one reader reads ---------------------------------------------------------
class Reading:
    """The minutes of a sitting as ``person`` may read them, on a page and on paper."""

    def __init__(self, sitting, person):
        self.sitting, self.person = sitting, person
        # Before its sitting is closed there is no row yet.
        self.row = getattr(sitting, "minutes", None) or Minutes(sitting=sitting)
        self.points = []
        whole = self._frozen() if self.is_locked else self._drafted()
        self.said = minutes_content.without(whole, self.shut)
        speaks = partial(minutes_content.speaks_of, said=whole, shut=self.shut)
        errata = list(_errata(self.row)) if self.row.validated_at else []
        self.errata = [one for one in errata if not speaks(one.text)]
        self.remarks = "" if speaks(self.row.remarks) else self.row.remarks
        self.left_out = len(errata) - len(self.errata)

    def _frozen(self):
        whole = self.row.content
        schemes = minutes_content.files_of(whole)
        self.shut = recused.of_files(self.sitting, schemes).get(self.person.pk, set())
        return whole

    def _drafted(self):
        told = minutes_content.Told(self.sitting)
        self.points = told.points
        self.shut = told.shut.get(self.person.pk, set())
        return told.content()

    @property
    def is_locked(self):
        return self.row.validated_at is not None

    def page(self):
        """What a page shows of them."""
        return {
            "minutes": minutes_content.spoken(self.said),
            "row": self.row,
            "remarks": self.remarks,
            "errata": self.errata,
            "left_out": self.left_out,
            "shut": self.shut,
        }

    def named(self):
        """{key of a file: what it is called} of those that an erratum may be about."""
        return {
            one["file"]: f"{one['number']}, {one['title']}, {one['organisation']}"
            for one in self.said["files"]
            if "number" in one
        }

    def file(self):
        """The document, or the bytes of a copy or of a draft made for this reader."""
        if self.is_locked and not self.shut:
            return self.row.document
        return engine.render(TEMPLATE, self._copy())

    def _copy(self):
        context = _context(self.row, self.said, self.errata)
        return context | {
            "remarks": self.remarks,
            "left_out": self.left_out,
            "reader": self.person if self.shut else None,
            "document": self._stamp(),
        }

    def _stamp(self):
        """The number of the document, without the fingerprint that is of that one alone."""
        document = self.row.document
        return {
            "reference": document.reference if document else "",
            "version": document.version if document else 1,
            "issued_at": document.issued_at if document else now(),
            "supersedes": document.supersedes if document else None,
            "fingerprint": "",
        }


def for_reader(sitting, person):
    """The document for ``person``, or the bytes of their own copy of it."""
    return Reading(sitting, person).file()
