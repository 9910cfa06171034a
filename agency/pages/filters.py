"""The catalogue filtered: every choice stands in the URL, with its number beside it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import django_filters
from django import forms
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds
from agency.activities.choices import SessionFormat
from agency.activities.models import Activity, Session
from agency.activities.states import OFF, ActivityState
from agency.core import dates
from agency.core.clock import PARIS, now, today
from agency.core.text import fold
from agency.people.models import Profession, Territory

A = ActivityState
SHOWN_AFTER_END = timedelta(days=365)
# Beyond them the neighbours of a month are no dates any more.
YEARS = range(1990, 2200)
RANKS = {A.OPEN: 0, A.RUNNING: 1, A.CLOSED: 1, A.ANNOUNCED: 2, A.DRAFT: 3}


def on_show(user):
    """What the catalogue holds: what is to come, and what ended within a year."""
    # One set for the whole list, where a date of each row would be asked row by row.
    recent = Session.objects.filter(starts_at__gte=now() - SHOWN_AFTER_END)
    over = Q(state__in=(A.COMPLETED, A.CANCELLED))
    rank = Case(
        *(When(state=state, then=Value(rank)) for state, rank in RANKS.items()),
        default=Value(4),
        output_field=IntegerField(),
    )
    shown = Activity.objects.visible_to(user).in_catalogue().exclude(state=A.DRAFT)
    shown = shown.filter(~over | Q(pk__in=recent.order_by().values("activity")))
    dated = shown.with_seats().with_dates().annotate(rank=rank)
    return dated.order_by("rank", F("next_at").asc(nulls_last=True), "-last_at", "pk")


@dataclass(frozen=True)
class Option:
    """One box of a facet."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    """A group of boxes: its name in the URL, its title, its options."""

    name: str
    label: str
    options: list


class ActivityFilter(django_filters.FilterSet):
    """Filters of the catalogue; their names are those of the URL, in French."""

    q = django_filters.CharFilter(
        method="with_words", label=_("Words"), widget=forms.SearchInput
    )
    genre = django_filters.MultipleChoiceFilter(
        field_name="kind", choices=kinds.choices, label=_("Kind")
    )
    metier = django_filters.ModelMultipleChoiceFilter(
        method="with_trade",
        to_field_name="slug",
        queryset=Profession.objects.all(),
        label=_("Profession"),
    )
    territoire = django_filters.ModelMultipleChoiceFilter(
        field_name="territories__code",
        to_field_name="code",
        queryset=Territory.objects.all(),
        label=_("Territory"),
    )
    format = django_filters.MultipleChoiceFilter(
        method="with_format", choices=SessionFormat, label=_("Format")
    )
    places = django_filters.BooleanFilter(
        method="with_free_seats", label=_("Seats left only"), widget=forms.CheckboxInput
    )
    mois = django_filters.CharFilter(method="from_month", label=_("From"))

    class Meta:
        model = Activity
        fields = []

    def with_words(self, queryset, name, value):
        for word in fold(value[:100]).split()[:8]:
            queryset = queryset.filter(folded__contains=word)
        return queryset

    def with_trade(self, queryset, name, value):
        if not value:
            return queryset
        named = Q(professions__in=value) | Q(professions__parent__in=value)
        return queryset.filter(pk__in=Activity.objects.filter(named).values("pk"))

    def with_format(self, queryset, name, value):
        if not value:
            return queryset
        meeting = Session.objects.filter(format__in=value).values("activity")
        return queryset.filter(pk__in=meeting)

    def with_free_seats(self, queryset, name, value):
        if not value:
            return queryset
        roomy = Q(capacity=None) | Q(capacity__gt=F("taken"))
        return queryset.filter(roomy, state=A.OPEN)

    def from_month(self, queryset, name, value):
        start = month_start(value)
        return queryset.filter(last_at__gte=start) if start else queryset

    def chosen(self, name):
        """The values of a facet as they stand in the URL."""
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def facets(self, tally):
        """The boxes with how many activities of the catalogue each one holds."""
        roomy = [("on", _("Seats left only"), tally.roomy)]
        return [
            self._facet("genre", _("Kind"), tally.kinds),
            self._facet("metier", _("Profession"), _trades(tally.activities)),
            self._facet("territoire", _("Territory"), _lands(tally.activities)),
            self._facet("format", _("Format"), _formats(tally.activities)),
            self._facet("places", _("Registration"), roomy),
        ]

    def _facet(self, name, label, rows):
        chosen = set(self.chosen(name))
        options = [
            Option(str(value), text, count, str(value) in chosen)
            for value, text, count in rows
        ]
        return Facet(name, label, options)

    def months(self):
        """The coming twelve months, as (2026-12, Decembre 2026)."""
        first = today().replace(day=1)
        rows = []
        for _step in range(12):
            rows.append((f"{first:%Y-%m}", dates.month_year(first).capitalize()))
            first = (first + timedelta(days=32)).replace(day=1)
        return rows


class Tally:
    """What the catalogue counts of ``base``, read once for every figure of the page."""

    def __init__(self, base):
        columns = ("pk", "kind", "state", "capacity", "taken")
        rows = list(base.order_by().values_list(*columns))
        self.total = len(rows)
        # Without annotations, which would split the counts.
        found = [row[0] for row in rows]
        self.activities = Activity.objects.filter(pk__in=found).order_by()
        self.kinds = _kinds(Counter(row[1] for row in rows))
        self.roomy = sum(
            state == A.OPEN and (capacity is None or taken < capacity)
            for _pk, _kind, state, capacity, taken in rows
        )


def _counted(activities, key, name):
    """(key, name, count) of each profession or territory that some activity names."""
    rows = activities.annotate(key=key, name=name).filter(key__isnull=False)
    counted = rows.values_list("key", "name").annotate(n=Count("pk", distinct=True))
    return list(counted.order_by("name", "key"))


def _trades(activities):
    """The trades of the first level; one stands for all those below it."""
    return _counted(
        activities,
        Coalesce("professions__parent__slug", "professions__slug"),
        Coalesce("professions__parent__name", "professions__name"),
    )


def _lands(activities):
    return _counted(activities, F("territories__code"), F("territories__name"))


def _kinds(counts):
    return [
        (kind.code, kind.label, counts[kind.code])
        for kind in kinds.in_catalogue()
        if kind.code in counts
    ]


def _formats(activities):
    meeting = (
        Session.objects.filter(activity__in=activities.values("pk"))
        .exclude(state__in=OFF)
        .order_by()
        .values_list("format")
        .annotate(n=Count("activity", distinct=True))
    )
    counts = dict(meeting)
    return [
        (value, label, counts[value])
        for value, label in SessionFormat.choices
        if value in counts
    ]


def month_start(value):
    """The first moment, in Paris, of a month written 2026-12; None when it is not one."""
    try:
        start = datetime.strptime(value or "", "%Y-%m").replace(tzinfo=PARIS)
    except ValueError:
        return None
    return start if start.year in YEARS else None
