"""What the desk did lately in the demo: a file, two records made one, people asked to join."""

from datetime import timedelta

from agency.activities.choices import RegistrationMode
from agency.activities.services import (
    cooptation,
    difficulties,
    feeds,
    invitations,
    members,
)
from agency.core import journal
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from agency.people.choices import ImportKind
from agency.people.models import Organisation
from agency.people.services import accounts, imports, merging

SAID_AFTER = timedelta(minutes=40)
# Somebody has their dates in their own calendar, since so many days.
SUBSCRIBED = -9


# --- The directory -------------------------------------------------------------------
def write_twice(book):
    """Somebody, and an organisation, whom a colleague did not find and wrote again."""
    twice = read("directory")["twice"]
    accounts.add(**twice["person"], **book.town(twice["person"]["city"]), by=book.by)
    row = Organisation(
        **twice["organisation"], **book.town(twice["organisation"]["city"])
    )
    row.save()
    journal.record(row, "add", by=book.by)


def stories(book, script, day):
    """Note when the two records were made one, and when the file came, seen from ``day``."""
    said = read("directory")
    script.at(_morning(day, said["twice"]["merged_days"]), merge_twice, book)
    script.at(_morning(day, said["brought"]["days"]), bring, book)
    script.at(_morning(day, SUBSCRIBED), feeds.open_feed, book.accounts["pro2"])


def _morning(day, days):
    return plan.on(plan.working(day + timedelta(days=days)), "09:50")


def merge_twice(book):
    """Each with the record that was there before, which keeps its own words."""
    twice = read("directory")["twice"]
    records = book.groups[twice["group"]]
    kept = next(one for one in records if one.full_name == twice["same_person"])
    second = type(kept).objects.get(
        given_name=twice["person"]["given_name"],
        family_name=twice["person"]["family_name"],
    )
    merging.merge(kept, second, by=book.by)
    house = book.organisations[twice["same_organisation"]]
    second = Organisation.objects.get(name=twice["organisation"]["name"])
    merging.merge(house, second, by=book.by)


def bring(book):
    """A file that was read and that nobody has confirmed yet."""
    brought = read("directory")["brought"]
    lines = [";".join(row) for row in brought["rows"]]
    imports.bring(
        "\n".join(lines).encode(),
        kind=ImportKind.PEOPLE,
        filename=brought["filename"],
        by=book.accounts["agence"],
    )


# --- The groups -----------------------------------------------------------------------
def open_to_proposals(story):
    """From now on the members propose who joins them."""
    activity = story.activity
    activity.refresh_from_db()
    activity.registration_mode = RegistrationMode.COOPTATION
    activity.save(update_fields=["registration_mode"])
    journal.record(activity, "change", by=story.officer, fields=["registration_mode"])


def propose(story):
    member = story.book.accounts[story.entry["guest"]]
    enrolment = story.activity.enrolments.running().get(person=member)
    cooptation.propose(enrolment, **story.entry["proposal"], by=member)


def invite(story):
    story.activity.refresh_from_db()
    guest = story.book.accounts[story.entry["invited"]]
    invitations.invite(story.activity, person=guest, by=story.officer)


def confide(story, person):
    """What somebody tells the officer in charge before they sign, or instead of it."""
    enrolment = story.activity.enrolments.running().get(person=person)
    group = members.members(story.activity)
    house = next(one.organisation for one in group if one.person != person)
    difficulties.declare(
        enrolment, by=person, organisation=house, text=story.entry["difficulty"]
    )
