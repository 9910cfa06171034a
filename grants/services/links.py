"""What the house knows beside a file: the company's other ones, and those that look like it."""

from dataclasses import dataclass, field

from django.db.models import Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from grants.models import Application, Performance

SHOWN = 60


@dataclass
class Linked:
    """Another file, and in how many ways it is linked to the one that is read."""

    application: object
    reasons: list = field(default_factory=list)


def first_and_last(rows):
    """``rows`` with the days between which each of them tours."""
    dates = Performance.objects.filter(application=OuterRef("pk")).order_by()
    dates = dates.values("application")
    first = dates.annotate(found=Min("day")).values("found")
    last = dates.annotate(found=Max(Coalesce("last_day", "day"))).values("found")
    return rows.annotate(first_on=Subquery(first), last_on=Subquery(last))


def around(application, reader):
    """(the company's other files, those that are linked to this one); one query.

    Linked: the same account, SIRET number or show, or dates of the same company that
    overlap. Drafts are nobody's business, and are not among them; nor is what is shut
    to ``reader``.
    """
    same = Q(organisation=application.organisation_id)
    if application.show_id:
        same |= Q(show=application.show_id)
        same |= Q(show__folded=application.show.folded) & ~Q(show__folded="")
    for name in ("siret", "iban"):
        if value := getattr(application, name):
            same |= Q(**{name: value})
    rows = (
        Application.objects.for_the_desk_of(reader)
        .filter(same)
        .exclude(pk=application.pk)
    )
    rows = rows.select_related("scheme", "organisation", "show", "sitting__session")
    found = list(
        first_and_last(rows).order_by("-submitted_at", "-pk")[:SHOWN],
    )
    days = _days(application)
    linked = [Linked(one, _reasons(application, one, days)) for one in found]
    history = [
        one for one in found if one.organisation_id == application.organisation_id
    ]
    return history, [one for one in linked if one.reasons]


def _days(application):
    rows = list(application.performances.all())
    if not rows:
        return None
    return min(row.day for row in rows), max(row.last_day or row.day for row in rows)


def _reasons(application, other, days):
    company = application.organisation_id == other.organisation_id
    said = []
    if not company and application.siret and application.siret == other.siret:
        said.append(_("same SIRET number, another organisation"))
    if not company and application.iban and application.iban == other.iban:
        said.append(_("same IBAN, another organisation"))
    if _same_show(application, other):
        said.append(_("same show"))
    overlap = days and other.first_on and other.last_on
    if overlap and other.first_on <= days[1] and other.last_on >= days[0]:
        said.append(_("dates that overlap"))
    return said


def _same_show(application, other):
    if not application.show_id or not other.show_id:
        return False
    folded = application.show.folded
    return application.show_id == other.show_id or bool(
        folded and folded == other.show.folded
    )
