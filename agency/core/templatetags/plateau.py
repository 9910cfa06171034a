"""What templates need to write dates, seats, states and numbers as the house does."""

from functools import lru_cache

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import (
    CheckboxInput,
    CheckboxSelectMultiple,
    PasswordInput,
    RadioSelect,
)
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agency.core import dates, drawing
from agency.core.clock import today
from agency.core.devices import browser
from agency.core.figures import by_four, euros, file_size, in_words, number
from agency.core.lifecycle import state_label
from agency.core.sealed import WrongKey
from agency.core.shapes import SHAPES
from agency.core.text import telephone
from agency.core.widgets import tag_of

register = template.Library()

for written in (
    dates.day,
    dates.day_long,
    dates.day_number,
    dates.day_week,
    dates.day_year,
    dates.deadline,
    dates.duration,
    dates.hour,
    dates.month,
    dates.month_short,
    dates.month_year,
    dates.same_weekday,
    dates.weekday,
    dates.weekday_short,
):
    register.filter(written.__name__, written)

for told in (browser, by_four, euros, file_size, in_words, number, telephone):
    register.filter(told.__name__, told)

register.filter("hours_to", dates.hours)
register.filter("span_to", dates.span)


SEATS_SHOWN = 40
# Fewer sessions that are over stay in their place, before those to come.
MANY_PAST = 4
# A month of that name that far away, in days, is taken for another one.
FAR = 300


@register.filter
def shape(state: str) -> str:
    """The shape of a state in ``.state[data-s]``; a full disc is never a guess."""
    return SHAPES.get(str(state), "announced")


@register.filter(is_safe=True)
def typo(text: str) -> str:
    """What staff typed, set as French is: thin spaces before ``; : ! ?``, in guillemets."""
    out = str(text).replace("'", "\u2019")
    for mark in ";:!?\u00bb%":
        out = out.replace(f" {mark}", f"{dates.THIN}{mark}")
    return out.replace("\u00ab ", f"\u00ab{dates.THIN}")


@register.filter
def control_kind(field) -> str:
    """``choices`` (radios, boxes), ``check`` (one box) or ``line``: how a field is drawn."""
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "line"


@register.filter
def has_password(form) -> bool:
    """Whether something is asked for that no page ever gives back."""
    return any(isinstance(f.widget, PasswordInput) for f in form.fields.values())


@register.filter(is_safe=True)
def stopped(text: str) -> str:
    """A sentence that ends, whether or not its writer closed it."""
    said = str(text).rstrip()
    return said if not said or said[-1] in ".!?\u2026" else f"{said}."


@register.filter
def quiet(field):
    """The control without a placeholder: it would only repeat the label, in grey."""
    field.field.widget.attrs.pop("placeholder", None)
    return field


@register.filter
def errors_count(form) -> int:
    """How many answers are to mend; what concerns the whole form is not counted."""
    return sum(1 for name in form.errors if name != NON_FIELD_ERRORS)


@register.filter
def errors_title(form) -> str:
    """Three answers to mend: the title of the summary of errors."""
    count = errors_count(form)
    if not count:
        return gettext("One thing to settle")
    words = in_words(count)
    return capfirst(
        ngettext("one answer to mend", "%(count)s answers to mend", count)
        % {"count": words}
    )


@register.filter
def near_day(value) -> str:
    """Today, tomorrow, this Thursday; Thursday when it is further than a week."""
    away = (dates.as_day(value) - today()).days
    if away in (0, 1):
        return (gettext("today"), gettext("tomorrow"))[away]
    name = dates.weekday(value)
    return gettext("this %(weekday)s") % {"weekday": name} if 1 < away < 7 else name


@register.filter
def days_away(value) -> str:
    """Today, tomorrow, in three days: how long there is left to prepare."""
    away = (dates.as_day(value) - today()).days
    if away in (0, 1):
        return (gettext("today"), gettext("tomorrow"))[away]
    said = ngettext("in one day", "in %(count)s days", away)
    return said % {"count": in_words(away)}


@register.filter
def place(session) -> str | Promise:
    """Where a session takes place, in one line."""
    if session.format == "remote":
        return _("online")
    venue = str(session.venue) if session.venue else _("place to be announced")
    if session.format == "hybrid":
        return gettext("%(venue)s, and online") % {"venue": venue}
    return venue


@register.filter
def sessions_title(sessions) -> str:
    """Six Fridays when they all are; six sessions otherwise."""
    count = len(sessions)
    if not count:
        return gettext("Its dates")
    same = dates.same_weekday(session.starts_at for session in sessions)
    if same:
        return capfirst(f"{in_words(count)} {same}")
    said = ngettext("one session", "%(count)s sessions", count)
    return capfirst(said % {"count": in_words(count)})


@register.filter
def access_sentence(sessions) -> str:
    """How one gets into the place of the first session that has one."""
    venue = next((session.venue for session in sessions if session.venue), None)
    if venue is None:
        return ""
    known = (
        (venue.step_free, _("step-free entrance")),
        (venue.hearing_loop, _("hearing loop")),
        (venue.accessible_parking, _("accessible parking")),
        (venue.accessible_toilets, _("accessible toilets")),
    )
    told = [str(word) for there, word in known if there]
    # A note with its capital is a sentence of its own.
    join = ". " if venue.access_note[:1].isupper() else ", "
    said = join.join(part for part in (", ".join(told), venue.access_note) if part)
    return (
        gettext("%(place)s: %(access)s")
        % {
            "place": venue.name,
            "access": said,
        }
        if said
        else ""
    )


@register.filter
def long_past(sessions) -> list:
    """The sessions that are over, when they are many and others are still to come."""
    over = [session for session in sessions if session.is_past]
    return over if MANY_PAST <= len(over) < len(sessions) else []


@register.filter
def years_told(sessions) -> str:
    """From 8 January to 11 June 2027: the years that posters leave out."""
    return capfirst(dates.span(min(map(_start, sessions)), max(map(_start, sessions))))


def _start(session):
    return session.starts_at


@register.filter
def left_of(total: int, taken: int) -> int:
    """The seats that are free, never fewer than none."""
    return max(0, total - taken)


@register.simple_tag
def seats_sentence(taken, total, closes_at=None) -> str:
    """4 seats of 15, until 4 December; a full room has no deadline any more."""
    parts = []
    if total:
        free = left_of(total, taken)
        said = ngettext(
            "%(free)s seat of %(total)s", "%(free)s seats of %(total)s", free
        )
        if not free:
            said = ngettext(
                "the only seat is taken", "all %(total)s seats are taken", total
            )
        parts.append(said % {"free": free, "total": total})
        closes_at = closes_at if free else None
    if closes_at:
        parts.append(gettext("until %(day)s") % {"day": dates.day(closes_at)})
    return capfirst(", ".join(parts))


@register.simple_tag
def dates_sentence(first_at, last_at, count) -> str:
    """From 15 January to 11 June 2027, six sessions; day and hours when it is one."""
    if not first_at:
        return ""
    if count == 1:
        when = f"{dates.day_long(first_at)}, {dates.hours(first_at, last_at)}"
        return capfirst(when)
    sessions = ngettext("one session", "%(count)s sessions", count)
    said = sessions % {"count": in_words(count)}
    return capfirst(f"{dates.span(first_at, last_at)}, {said}")


@register.filter
def inline_svg(svg: str) -> str:
    """A drawing made here by a library, inside the page: ours refuses ``data:`` images.

    Never for a file that somebody sent.
    """
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - drawn by us


@register.filter
def page_numbers(page):
    """The numbers of a paginator to show; zero where some are left out."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in shown]


@register.simple_tag(takes_context=True)
def address_without(context, name, value):
    """The address of this page without one criterion, and back on its first page."""
    request = context["request"]
    kept = request.GET.copy()
    kept.pop("page", None)
    kept.setlist(name, [one for one in kept.getlist(name) if one != value])
    query = kept.urlencode()
    return f"{request.path}?{query}" if query else request.path


@register.inclusion_tag("components/date.html")
def date(value, size="", *, spot=False, left=False):
    """Set a date like a poster: big number, small weekday and month.

    ``size`` is ``s``, ``l`` or nothing; ``spot`` is the day of the follow spot, with
    the month in full and no weekday, with its year when it is not the next one of that
    name; ``left`` sets it against the left edge.
    """
    day = dates.as_day(value)
    far = abs((day - today()).days) > FAR
    return {"day": day, "size": size, "spot": spot, "left": left, "far": far}


@register.simple_tag
def state(word, name) -> str:
    """A state: its word, and the shape that goes with ``name``."""
    return _state(str(word), shape(name))


@register.simple_tag
def option_tag(option) -> str:
    """The radio or the box of an option of a field, as ``option.tag`` but far quicker."""
    return tag_of(option.data)


@register.simple_tag
def shaped(word, name) -> str:
    """What is no state of a lifecycle: its word, beside the shape of that ``name``."""
    return _state(str(word), name)


@register.simple_tag
def state_of(row) -> str:
    """The state of a row with a lifecycle: its French word and its shape."""
    return _state(state_label(row), shape(row.state))


# A list says a few states many times: each is drawn once.
@lru_cache(maxsize=512)
def _state(word, shape_of):
    context = {"word": word, "shape": shape_of}
    return render_to_string("components/state.html", context)


@register.simple_tag
def seats(taken, total) -> str:
    """Draw a room as seats, full chairs first; nothing beyond forty.

    Hidden from readers: the sentence beside it says the same.
    """
    if not total or total > SEATS_SHOWN:
        return ""
    return drawing.room(min(taken, total), total)


@register.simple_tag(takes_context=True)
def unsealed(context, text, plain=False) -> str:
    """A sealed text, for the reader of this page; with ``SealedForm``, all that reads.

    Raises PermissionDenied for whoever has no right to it. What no key opens says so.
    ``plain``: as typed, for a file, which is no HTML; WrongKey rather than a hole.
    """
    try:
        said = text.read(by=context["request"].user)
    except WrongKey:
        if plain:
            raise
        return render_to_string("components/unreadable.html")
    return said if plain else mark_safe(linebreaks(typo(said), autoescape=True))  # noqa: S308
