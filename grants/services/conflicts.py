"""What ties a member to a file without their saying so (references/grants.md, C.7).

A find is a suspicion: it keeps the file shut, and the chair confirms or rejects it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, today
from agency.core.rows import insert_unless_there
from agency.core.text import fold
from agency.people.models import Affiliation, Person
from grants.choices import Nature, RecusalOrigin
from grants.models import Application, Member, Recusal, Sitting
from grants.states import PRESENTED

# Beyond, a domain is a mailbox of everybody's, whatever its name.
MOST_HOUSES = 2
# Of these a shared domain says nothing about who works with whom.
PUBLIC_MAIL = {
    *("gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com"),
    *("hotmail.fr", "live.fr", "live.com", "msn.com", "yahoo.com", "yahoo.fr"),
    *("icloud.com", "me.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr"),
    *("laposte.net", "bbox.fr", "neuf.fr", "numericable.fr", "proton.me", "gmx.fr"),
    *("protonmail.com", "gmx.com", "posteo.net", "riseup.net", "mailo.com", "ik.me"),
}


@dataclass
class Known:
    """What the platform knows of a member that may tie them to a file."""

    person: Person
    # The domain of their address when it is that of a house, or "".
    domain: str = ""
    # Affiliations, today's and those of the look-back.
    works: list = field(default_factory=list)
    accounts: set = field(default_factory=set)


def members_known(sitting):
    """The ``Known`` of each member of the commission of ``sitting`` in office; 4 queries."""
    rows = Member.objects.in_office().filter(
        enrolment__activity=sitting.session.activity_id
    )
    people = [one.enrolment.person for one in rows.select_related("enrolment__person")]
    telling = _telling({_domain(one) for one in people})
    known = {
        one.pk: Known(one, _domain(one) if _domain(one) in telling else "")
        for one in people
    }
    since = months_before(today(), sitting.look_back)
    works = Affiliation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=since), person__in=known
    )
    for one in works.select_related("organisation").order_by("pk"):
        known[one.person_id].works.append(one)
    keys = {one.organisation_id for each in known.values() for one in each.works}
    accounts = defaultdict(set)
    paid = Application.objects.filter(organisation__in=keys).exclude(iban="")
    for house, iban in paid.values_list("organisation", "iban").distinct().order_by():
        accounts[house].add(iban)
    for each in known.values():
        for one in each.works:
            each.accounts |= accounts[one.organisation_id]
    return list(known.values())


def _domain(person):
    return (person.email or "").rpartition("@")[2].lower()


def _telling(domains):
    """Those of ``domains`` that are a house's: few organisations have people there."""
    domains = domains - PUBLIC_MAIL - {""}
    if not domains:
        return set()
    there = reduce(or_, (Q(person__email__iendswith=f"@{one}") for one in domains))
    rows = Affiliation.objects.filter(there).order_by()
    houses = defaultdict(set)
    for email, house in rows.values_list("person__email", "organisation").distinct():
        houses[email.rpartition("@")[2].lower()].add(house)
    return {one for one in domains if len(houses[one]) <= MOST_HOUSES}


def months_before(day, months):
    """The same day ``months`` earlier; the first of the month after a day it has not."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # 31 March, a month earlier
        return date(year, month + 2, 1)


def files(sitting, only=None):
    """What is on the agenda, or ``only`` one of it, with all that is compared."""
    rows = Application.objects.filter(sitting=sitting, state__in=PRESENTED)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    rows = rows.select_related("organisation", "show").order_by("number")
    return rows.prefetch_related("performances", "incomes", "editors__person")


def tie(member, application):
    """(nature, a sentence) of the strongest tie between them, or None."""
    judges = (_writes, _works, _pays, _authors, _hosts, _funds, _shares_mail)
    return next(filter(None, (judge(member, application) for judge in judges)), None)


def _writes(member, application):
    if any(one.person_id == member.person.pk for one in application.editors.all()):
        return Nature.COLLABORATION, _("Writes in this application.")
    return None


def _works(member, application):
    numbers = {application.siret, application.organisation.siret} - {""}
    for one in member.works:
        house = one.organisation
        if house.pk != application.organisation_id and house.siret not in numbers:
            continue
        said = {"organisation": house.name}
        if one.ends_on is None or one.ends_on >= today():
            return Nature.EMPLOYMENT, _("Works at %(organisation)s.") % said
        said["year"] = one.ends_on.year
        sentence = _("Worked at %(organisation)s until %(year)s.")
        return Nature.EMPLOYMENT, sentence % said
    return None


def _pays(member, application):
    if application.iban and application.iban in member.accounts:
        return Nature.FUNDING, _("The same account as a house of theirs.")
    return None


def _authors(member, application):
    if application.show is None:
        return None
    # Whole names: Ann Lee is not among the authors of Joann Leeson.
    name = rf"\b{re.escape(fold(member.person.full_name))}\b"
    if re.search(name, fold(application.show.authors)):
        return Nature.COLLABORATION, _("Is named among the authors of the show.")
    return None


def _hosts(member, application):
    venues = {fold(row.venue) for row in application.performances.all()}
    if house := _one_of(member, venues):
        said = {"organisation": house}
        return Nature.FUNDING, _("%(organisation)s hosts a date of it.") % said
    return None


def _funds(member, application):
    funders = {fold(row.funder) for row in application.incomes.all()}
    if house := _one_of(member, funders):
        said = {"organisation": house}
        return Nature.FUNDING, _("%(organisation)s is in its budget.") % said
    return None


def _one_of(member, names):
    """The name of a house of ``member`` that is one of ``names``, folded; or ``""``."""
    houses = (one.organisation.name for one in member.works)
    return next((name for name in houses if fold(name) in names), "")


def _shares_mail(member, application):
    """The domain of an organisation, not of a public mailbox."""
    if not member.domain:
        return None
    for one in application.editors.all():
        if (one.person.email or "").lower().endswith(f"@{member.domain}"):
            said = {"domain": member.domain}
            sentence = _("Same e-mail domain as an author: %(domain)s.")
            return Nature.EMPLOYMENT, sentence % said
    return None


def notice(sitting, only=None):
    """Keep what is found between the members and the files of ``sitting``.

    ``only``: one file of it, that has just been put on the agenda.

    What was found before stays as it was decided. Returns the new ``Recusal`` rows.
    """
    members = members_known(sitting)
    agenda = list(files(sitting, only)) if members else []
    known = set(
        Recusal.objects.filter(application__in=agenda).values_list(
            "application", "person"
        )
    )
    made = []
    for one in agenda:
        for member in members:
            if (one.pk, member.person.pk) in known:
                continue
            if found := tie(member, one):
                made += _keep(one, member.person, *found)
    if made:
        Sitting.objects.filter(pk=sitting.pk).touch()
    return made


def _keep(application, person, nature, facts):
    row = Recusal(
        application=application,
        person=person,
        origin=RecusalOrigin.DETECTED,
        nature=nature,
        facts=facts[:300],
        noticed_at=now(),
    )
    if not insert_unless_there(row):
        return []
    journal.record(row, "notice", after=journal.START)
    return [row]


def notice_all():
    """The job: whoever joined a house since is looked at, in every sitting to come."""
    agenda = Application.objects.filter(sitting=OuterRef("pk"), state__in=PRESENTED)
    rows = Sitting.objects.taking_place().filter(
        Exists(agenda.order_by()), session__starts_at__gt=now()
    )
    return sum(len(notice(one)) for one in rows.select_related("session"))
