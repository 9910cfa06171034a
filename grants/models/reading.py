"""Which files a member of a commission is given, and which are shut to whom.

One place: lists, pages, files, exports, search and the booklet all ask it (C.5, I6).
"""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from agency.core.clock import now
from grants.choices import Nature
from grants.models.application import Application, written_by
from grants.models.body import Member
from grants.models.interests import InterestAnswer, Recusal
from grants.models.sitting import Sitting
from grants.states import PRESENTED

# Of these ties one is part of the house that applies: the strict option looks at them.
OF_THE_HOUSE = (Nature.EMPLOYMENT, Nature.MANDATE)


def memberships(person):
    """The mandates of ``person`` that run today, of a sitting that is ``OuterRef``."""
    return Member.objects.in_office().filter(
        enrolment__person_id=person.pk,
        enrolment__activity=OuterRef("session__activity"),
    )


def sittings_of(person):
    """The sittings of the commissions where ``person`` is in office today."""
    return Sitting.objects.filter(Exists(memberships(person)))


def on_the_agenda(person):
    """What members are told of before they declare: which files will be presented."""
    seated = Member.objects.in_office().filter(
        enrolment__person_id=person.pk,
        enrolment__activity=OuterRef("sitting__session__activity"),
    )
    return Application.objects.filter(
        Exists(seated), sitting__review_opens_at__lte=now(), state__in=PRESENTED
    )


def is_shut_to(person, path="pk"):
    """A condition on applications: those that ``person`` reads nothing of.

    Their own, those they stand back from or may have to, and under the strict option
    every file of a scheme in which the house they work for has one. ``path`` leads to
    the key of the application from the rows that it is asked of.
    """
    mine = Recusal.objects.barring().filter(person_id=person.pk).order_by()
    # An item of the same sitting counts, wherever its file was carried to since.
    together = Q(application__sitting=OuterRef("sitting"))
    together |= Q(application__points__sitting=OuterRef("sitting"))
    rival = mine.filter(
        together,
        nature__in=OF_THE_HOUSE,
        application__scheme=OuterRef("scheme"),
    )
    strict = Application.objects.filter(Exists(rival), sitting__strict=True)
    # Keys, found once each: no row of a list asks for itself.
    keys = (
        written_by(person),
        mine.values("application"),
        strict.order_by().values("pk"),
    )
    return reduce(or_, (Q(**{f"{path}__in": one}) for one in keys))


def has_declared(person, path="pk"):
    """A condition on applications: those about which ``person`` said what ties them."""
    answers = InterestAnswer.objects.filter(
        application=OuterRef(path), person_id=person.pk
    )
    return Exists(answers.order_by())


def presented_to(person):
    """The files that ``person`` may open as a member: they declared about each.

    An interest that was declared shuts the file by its recusal; lifted, it opens.
    """
    if not person.is_authenticated:
        return Application.objects.none()
    rows = on_the_agenda(person).filter(has_declared(person))
    return rows.exclude(is_shut_to(person))
