"""A new season of an activity, copied from the one before: a draft, with its dates.

Copied: what people filled in to make it (settings, rules, questions, facilitators, the
details of its kind) and its sessions, on the same weekday a year later. Not copied: who
takes part, what was issued, the state, agendas and the links of online rooms.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

import holidays
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.models import Activity, ActivitySlug, Session
from agency.activities.services import enrolments, guests, invitations, seats
from agency.activities.states import OFF, ActivityState
from agency.core import dates, journal
from agency.core.clock import PARIS, paris

WEEK = timedelta(weeks=1)
# The same weekday a year later.
YEAR_WEEKS = 52
SLUG_LENGTH = Activity._meta.get_field("slug").max_length
# Of each edition alone: given anew, or settled elsewhere.
OWN = ("slug", "season", "officer", "title", "opens_at", "closes_at")
# The link of a room is known to those of last year; what was to be read was for that day.
OWN_OF_SESSION = ("activity", "number", "remote_url", "documents_text")


class RenewalRefused(Exception):
    """Nothing was copied; ``str()`` says why, in a sentence for the officer."""


@dataclass(frozen=True)
class Moved:
    """A session of the copy: that of last season, its new moments, what to look at."""

    session: Session
    starts_at: datetime
    ends_at: datetime
    notes: tuple = ()


@dataclass
class Copy:
    """What came of a renewal: the draft, whether it is new, sentences to read."""

    activity: Activity
    fresh: bool = True
    told: list = field(default_factory=list)


def told(about, sentence):
    """A sentence for the officer, with what it is about before it."""
    return _("%(about)s: %(sentence)s") % {"about": about, "sentence": sentence}


# -- dates ---------------------------------------------------------------------------
def weeks_between(activity, season):
    """How many weeks later ``season`` is: 52 for each year."""
    years = season.starts_on.year - activity.season.starts_on.year
    return YEAR_WEEKS * years


def shifted(moment, shift):
    """``moment`` by ``shift`` on the clocks of Paris, and whether that hour exists.

    The hour that clocks skip in spring becomes the one after it.
    """
    wall = paris(moment).replace(tzinfo=None) + shift
    aware = wall.replace(tzinfo=PARIS)
    there = paris(aware.astimezone(UTC))
    return there, there.replace(tzinfo=None) == wall


def preview(activity, season, shift):
    """The sessions of the copy as ``Moved``, in order; those cancelled are left out."""
    sessions = activity.sessions.exclude(state__in=OFF)
    sessions = sessions.select_related("venue").order_by("starts_at", "pk")
    return [_moved(session, season, shift) for session in sessions]


def _moved(session, season, shift):
    starts_at, exists = shifted(session.starts_at, shift)
    ends_at, _ends_exist = shifted(session.ends_at, shift)
    if ends_at <= starts_at or not exists:
        ends_at = starts_at + (session.ends_at - session.starts_at)
    notes = tuple(_notes(session, starts_at, exists, season))
    return Moved(session, starts_at, ends_at, notes)


def _notes(session, starts_at, exists, season):
    """What an officer looks at before a date is told to anybody."""
    day = dates.as_day(starts_at)
    if not exists:
        yield _("Clocks go forward that night: it begins an hour later.")
    if holiday := holidays.country_holidays("FR", language="fr").get(day):
        yield _("Public holiday: %(name)s.") % {"name": holiday}
    if not season.starts_on <= day <= season.ends_on:
        yield _("Outside the season.")
    if session.remote_url:
        yield _("The link of the online room is to be set anew.")


# -- the copy --------------------------------------------------------------------------
def standing(activity, season):
    """The copy of ``activity`` that ``season`` has already, or None."""
    copies = Activity.objects.filter(renewed_from=activity.pk, season=season)
    return copies.exclude(state=ActivityState.CANCELLED).first()


@transaction.atomic
def copy(
    activity,
    *,
    season,
    by,
    shift=None,
    title="",
    sessions=True,
    facilitators=True,
    rules=True,
    questions=True,
    invite_members=False,
):
    """Copy ``activity`` into ``season`` as a draft; return a ``Copy``.

    ``shift`` is how much later its dates are, 52 weeks for each year otherwise. With
    ``invite_members`` those confirmed now are invited: the messages leave once the
    registration of the draft opens. Asked again, the draft that exists comes back.
    Raises RenewalRefused for a season that does not come later.
    """
    activity = Activity.objects.select_related("season", "officer").get(pk=activity.pk)
    seats.lock(activity)
    if season.starts_on <= activity.season.starts_on:
        raise RenewalRefused(_("Choose a season after that of the activity."))
    if known := standing(activity, season):
        return Copy(known, fresh=False)
    if shift is None:
        shift = WEEK * weeks_between(activity, season)
    made = Copy(_draft(activity, season, shift, title.strip(), by))
    journal.record(made.activity, "renew", by=by, source=activity.pk)
    _details(activity, made, shift)
    parts = {
        partial(_sessions, shift=shift): sessions,
        _facilitators: facilitators,
        _rules: rules,
        _questions: questions,
        partial(_members, by=by): invite_members,
    }
    for part in (part for part, wanted in parts.items() if wanted):
        part(activity, made)
    return made


def columns_of(row, leave=()):
    """The columns that people fill in: what services write has no form."""
    return {
        one.attname: getattr(row, one.attname)
        for one in row._meta.concrete_fields
        if one.editable and not one.primary_key and one.name not in leave
    }


def _choices(row, twin):
    for one in row._meta.many_to_many:
        getattr(twin, one.name).set(getattr(row, one.name).all())


def _draft(activity, season, shift, title, by):
    window = {
        name: value and shifted(value, shift)[0]
        for name in ("opens_at", "closes_at")
        for value in [getattr(activity, name)]
    }
    officer = activity.officer if activity.officer.is_staff else by
    draft = Activity.objects.create(
        **columns_of(activity, OWN),
        **window,
        title=title or renamed(activity, season),
        slug=_free_slug(activity, season),
        season=season,
        officer=officer,
        renewed_from=activity,
    )
    _choices(activity, draft)
    return draft


def renamed(activity, season):
    """Its title, with the name of the new season where it bore that of its own."""
    return _for_season(activity.title, activity.season.name, season.name)


def _for_season(text, old, new):
    for dash in ("-", "\u2013", "/"):
        text = text.replace(old.replace("-", dash), new.replace("-", dash))
    return text


def _free_slug(activity, season):
    stem = _for_season(
        activity.slug, slugify(activity.season.name), slugify(season.name)
    )
    if stem == activity.slug:
        stem = f"{stem[: SLUG_LENGTH - 20]}-{slugify(season.name)}"
    slug, number = stem, 1
    while _is_taken(slug):
        number += 1
        slug = f"{stem[: SLUG_LENGTH - 5]}-{number}"
    return slug


def _is_taken(slug):
    former = ActivitySlug.objects.filter(slug=slug)
    return Activity.objects.filter(slug=slug).exists() or former.exists()


def _details(activity, made, shift):
    """The one-to-one rows of its kind that say ``copied_with_activity``.

    Their days move as the sessions do: last year's would be believed.
    """
    for relation in Activity._meta.related_objects:
        model = relation.related_model
        if relation.one_to_one and getattr(model, "copied_with_activity", False):
            own = model._base_manager.filter(**{relation.field.name: activity.pk})
            for row in own:
                columns = columns_of(row, (relation.field.name,))
                columns = {key: _later(value, shift) for key, value in columns.items()}
                twin = model(**columns, **{relation.field.attname: made.activity.pk})
                twin.save()
                _choices(row, twin)


def _later(value, shift):
    """A day or a moment later by ``shift``; anything else as it is."""
    if isinstance(value, datetime):
        return shifted(value, shift)[0]
    return value + shift if isinstance(value, date) else value


def _sessions(activity, made, *, shift):
    moved = preview(activity, made.activity.season, shift)
    for number, one in enumerate(moved, start=1):
        columns = columns_of(one.session, OWN_OF_SESSION)
        columns |= {"starts_at": one.starts_at, "ends_at": one.ends_at}
        Session.objects.create(activity=made.activity, number=number, **columns)
        day = dates.day_long(one.starts_at)
        made.told += [told(day, note) for note in one.notes]


def _facilitators(activity, made):
    for row in activity.facilitators.select_related("person").order_by("pk"):
        person = row.person
        if person.erased_at or (activity.sealed and person.is_staff):
            made.told.append(
                _("%(person)s leads no session any more: choose somebody else.")
                % {"person": person}
            )
            continue
        row._meta.model.objects.create(
            activity=made.activity, **columns_of(row, ("activity",))
        )


def _rules(activity, made):
    """A rule about another activity looks at its edition of the new season, if any."""
    season = made.activity.season_id
    for row in activity.eligibility_rules.select_related("other").order_by("pk"):
        columns = columns_of(row, ("activity",))
        twin = row._meta.model(activity=made.activity, **columns)
        if row.other_id:
            after = row.other.renewals.filter(season=season).order_by("pk").last()
            twin.other = after or row.other
        twin.save()
        _choices(row, twin)


def _questions(activity, made):
    twins = {}
    rows = list(activity.questions.order_by("order", "pk"))
    for row in rows:
        columns = columns_of(row, ("activity", "depends_on"))
        twins[row.pk] = row._meta.model.objects.create(
            activity=made.activity, **columns
        )
    for row in rows:
        if row.depends_on_id in twins:
            twin = twins[row.pk]
            twin.depends_on = twins[row.depends_on_id]
            twin.save(update_fields=["depends_on"])


# -- those of last season -----------------------------------------------------------------
def _members(activity, made, *, by):
    if activity.registration_mode in enrolments.BY_MODE:
        made.told.append(_("Nobody was invited: one does not register by oneself."))
        return
    fates = invitations.invite_many(made.activity, guests.confirmed_in(activity), by=by)
    going = sum(fate.goes for fate in fates)
    made.told.append(
        ngettext(
            "%(count)s invitation is ready: it leaves once registration opens.",
            "%(count)s invitations are ready: they leave once registration opens.",
            going,
        )
        % {"count": going}
    )
    made.told += [
        told(fate.guest.person, fate.sentence) for fate in fates if not fate.goes
    ]
