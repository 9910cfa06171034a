"""Lines of contacts: by address, else by name and organisation; never merged in silence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core.text import fold
from agency.people.choices import ImportOutcome
from agency.people.imports.directory import House, Someone
from agency.people.imports.matching_houses import same
from agency.people.models import Affiliation, Person

COLUMNS = ("pronouns", "phone", "address", "postal_code", "city", "territory")
# What is said of somebody at work in one place.
OF_A_POST = ("profession", "job_title", "starts_on")


def settle(plan, directory, batch):
    """Where the person works, and who it is, or why the line is left."""
    plan.house = _house(plan, directory, batch)
    if not plan.is_open:
        return
    values = plan.values
    name = fold(f"{values['family_name']} {values['given_name']}")
    meet = _by_address if values.get("email") else _by_name
    someone = meet(plan, directory, name)
    if not plan.is_open:
        return
    if someone is None:
        new = Someone(None, name, values.get("email", ""), line=plan.number)
        plan.target, plan.outcome = directory.add_person(new), ImportOutcome.CREATE
    elif someone.line:
        _leave(plan, _("Same person as line %(line)s: only the first is taken."),
               line=someone.line)  # fmt: skip
        return
    else:
        someone.line = plan.number
        plan.target, plan.outcome = someone, ImportOutcome.UPDATE
    if plan.house:
        plan.target.places = {*plan.target.places, plan.house.key}


def _leave(plan, sentence, outcome=ImportOutcome.IGNORE, **said):
    plan.stop(outcome, sentence % said)


# --- Who ---------------------------------------------------------------------
def _by_address(plan, directory, name):
    someone = directory.people_by_email.get(plan.values["email"])
    if someone is not None:
        if someone.name != name:
            _leave(plan, _whose_address(someone), line=someone.line)
        return someone
    namesakes = directory.people_by_name.get(name, ())
    near = [one for one in namesakes if not one.email or _works_there(plan, one)]
    if near:
        line = near[0].line
        _leave(
            plan,
            _(
                "Same name and organisation as line %(line)s, with another address: "
                "keep the line that is right."
            )
            if line
            else _(
                "Somebody of this name is known there, or without an address: look at "
                "their page, and write the address there if it is the same person."
            ),
            line=line,
        )
    elif namesakes:
        plan.remarks.append(
            _("Somebody of this name is known under another address: check it.")
        )
    return None


def _whose_address(someone):
    if someone.line:
        return _(
            "Line %(line)s has this address under another name: give each person their "
            "own, or leave it empty."
        )
    return _(
        "This address is that of somebody else in the directory: correct the name on "
        "their page, or give this person their own address."
    )


def _by_name(plan, directory, name):
    namesakes = directory.people_by_name.get(name, [])
    here = [one for one in namesakes if _works_there(plan, one)]
    if len(here) == 1:
        return here[0]
    if namesakes and namesakes[0].line:
        _leave(
            plan,
            _(
                "Same name as line %(line)s, and no address to tell them apart: add the "
                "addresses if they are two."
            ),
            line=namesakes[0].line,
        )
    elif namesakes:
        said = ngettext(
            "Somebody of this name is in the directory: add their address to complete "
            "their page, or the new address if it is somebody else.",
            "%(count)s people of this name are in the directory: add the address of the "
            "right one, or a new one if it is somebody else.",
            len(namesakes),
        )
        _leave(plan, said, count=len(namesakes))
    return None


def _works_there(plan, someone):
    return plan.house is not None and plan.house.key in someone.places


# --- Where -------------------------------------------------------------------
def _house(plan, directory, batch):
    name, siret = plan.values.get("organisation", ""), plan.values.get("siret", "")
    if siret and siret in directory.houses_by_siret:
        house = directory.houses_by_siret[siret]
        if name and fold(name) != house.name:
            plan.remarks.append(
                _("By its SIRET, the organisation is %(name)s.") % {"name": house.title}
            )
        return house
    found = directory.houses_by_name.get(fold(name), ()) if name else ()
    if len(found) == 1 and not (siret and found[0].siret):
        return found[0]
    if not name and not siret:
        return None
    return _no_house(plan, directory, batch, found, name, siret)


def _no_house(plan, directory, batch, found, name, siret):
    said, error = {"name": name, "siret": siret}, ImportOutcome.ERROR
    if len(found) > 1:
        _leave(
            plan,
            _("Several organisations are called %(name)s: add the SIRET of the one."),
            error,
            **said,
        )
    elif found:
        _leave(
            plan,
            _("%(name)s has another SIRET in the directory: check the number."),
            error,
            **said,
        )
    elif not name:
        _leave(
            plan,
            _("No organisation has the SIRET %(siret)s: add its name, or write it down "
              "first."),
            error,
            **said,
        )  # fmt: skip
    elif not batch.create_organisations:
        _leave(
            plan,
            _(
                "%(name)s is not in the directory: bring the file of organisations "
                "first, or tick the creation of those that are missing."
            ),
            error,
            **said,
        )
    else:
        new = House(None, fold(name), "", siret, name, plan.number)
        return directory.add_house(new)
    return None


# --- What --------------------------------------------------------------------
def load(plans):
    """Each plan with the person's row and their posts: two queries."""
    pks = [plan.target.pk for plan in plans if plan.target and plan.target.pk]
    rows = Person.objects.present().select_related("territory").in_bulk(pks)
    posts = {}
    active = Affiliation.objects.active().select_related("profession", "organisation")
    for post in active.filter(person__in=pks):
        posts.setdefault(post.person_id, []).append(post)
    for plan in plans:
        if plan.target and plan.target.pk:
            plan.row = rows[plan.target.pk]
            plan.row.posts = posts.get(plan.row.pk, [])


def compare(plan):
    """What the line would write, and what the preview says of it.

    A name met by its letters stays as it stands: a file in capitals undoes no accent.
    """
    if plan.row is None:
        for column in ("given_name", "family_name", "email"):
            if column in plan.values:
                plan.columns[column] = plan.values[column]
                plan.change(column, "", plan.values[column])
    for column in COLUMNS:
        if column in plan.values:
            before = getattr(plan.row, column) if plan.row else None
            after = plan.values[column]
            if not same(before, after):
                plan.columns[column] = after
                plan.change(column, before, after)
    _compare_post(plan)


def _compare_post(plan):
    posts = plan.row.posts if plan.row else []
    said = {name: plan.values[name] for name in OF_A_POST if name in plan.values}
    if plan.house:
        posts = [one for one in posts if one.organisation_id == plan.house.pk]
    if plan.house and not posts:
        plan.change("organisation", "", plan.house.title)
        _change_post(plan, None, said)
    elif said and len(posts) == 1:
        (plan.post,) = posts
        _change_post(plan, plan.post, said)
    elif said and posts:
        plan.remarks.append(
            _("Several posts are known: what the line says of one is left aside.")
        )
    elif said:
        plan.remarks.append(
            _("Profession and job title go with an organisation: none is given.")
        )


def _change_post(plan, post, said):
    for name, value in said.items():
        before = getattr(post, name) if post else None
        if not same(before, value):
            plan.post_columns[name] = value
            plan.change(name, before, value)
