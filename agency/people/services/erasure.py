"""A person leaves with their data: exported first if they wish, then erased."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.bell import ring
from agency.core.clock import now, paris
from agency.mail.models import OutgoingEmail
from agency.mail.services import send
from agency.mail.states import EmailState
from agency.people import privacy, tasks
from agency.people.models import Person

FAREWELL = "people/emails/personal_data_erased"


class ErasureRefused(Exception):
    """What must be settled first, one sentence an argument."""


@transaction.atomic
def erase(person, *, by):
    """Overwrite, empty or delete everything that the register lists about ``person``.

    Numbers, dates and the journal stay: they lead to nobody any more. The records
    that were merged into theirs go with them. Raises ErasureRefused while somebody
    else would be left without them.
    """
    mine = Person.objects.filter(pk=person.pk, erased_at=None)
    if not mine.update(erased_at=now()):
        return
    person.refresh_from_db()
    sentences = privacy.blockers(person)
    if sentences:
        raise ErasureRefused(*map(str, sentences))
    address = person.email
    everything = [person, *_set_aside(person)]
    for entry in reversed(privacy.entries()):
        for one in everything:
            entry.erase(entry.rows(one), one)
    journal.record(person, "erase", by=by)
    _say_farewell(address, person)


def _set_aside(person):
    """The records that were merged into this one, and those merged into them."""
    found, last = [], [person]
    while last := list(Person.objects.filter(merged_into__in=last).order_by("pk")):
        found += last
    return found


def _say_farewell(address, person):
    """The one message without a person: its address goes as soon as it has left."""
    if address:
        email = send(FAREWELL, to=address, context={}, occurrence=person.uuid)
        ring(tasks.forget_farewells)
        return email
    return None


def forget_farewells():
    """Take the address off the farewells that left, or that never will."""
    waiting = (EmailState.QUEUED, EmailState.SENDING)
    gone = OutgoingEmail.objects.filter(template=FAREWELL).exclude(state__in=waiting)
    gone.exclude(to="").update(to="", folded="", last_error="")


def summary(person):
    """The register with, for each entry, how many rows it holds.

    One query for the person, and one for each record that was merged into theirs.
    """
    found = [_counted(one) for one in (person, *_set_aside(person))]
    return [
        {
            "label": capfirst(str(entry.label)),
            "purpose": entry.purpose,
            "legal_basis": entry.legal_basis,
            "retention": entry.retention,
            "erasure": entry.erase.sentence,
            "count": sum(counts[f"n{i}"] for counts in found),
        }
        for i, entry in enumerate(privacy.entries())
    ]


def _counted(person):
    entries = enumerate(privacy.entries())
    counts = {f"n{i}": _count(entry.rows(person)) for i, entry in entries}
    return Person.objects.filter(pk=person.pk).values(**counts).get()


def _count(rows):
    one = rows.order_by().annotate(every=Value(1)).values("every")
    return Coalesce(
        Subquery(one.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        0,
    )


def export(person):
    """Everything that the register lists about ``person``, in words they can read."""
    return {
        str(_("Held by")): settings.AGENCY["name"],
        str(_("Exported at")): plain(now()),
        str(_("About")): person.full_name,
        str(_("Data")): _sections([person, *_set_aside(person)]),
    }


def _sections(people):
    return [_section(entry, people) for entry in privacy.entries()]


def _section(entry, people):
    rows = [row for one in people for row in entry.rows(one).order_by("pk")]
    return {
        str(_("What it is")): capfirst(str(entry.label)),
        str(_("What it is for")): str(entry.purpose),
        str(_("Legal basis")): str(entry.legal_basis),
        str(_("Kept")): str(entry.retention),
        str(_("Lines")): [
            {label: plain(value(row)) for label, value in entry.columns} for row in rows
        ],
    }


def plain(value):
    """A value as JSON holds it: dates in ISO 8601, in Paris; anything else in words."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return paris(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
