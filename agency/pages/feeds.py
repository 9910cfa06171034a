"""The public dates of the agency, for calendars and readers that subscribe to them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from agency.activities.calendar import ON, clean, uid
from agency.activities.models import Activity, Session
from agency.core import dates
from agency.core.clock import now, paris
from agency.core.models import JournalEntry
from agency.core.templatetags.plateau import place
from agency.pages.filters import ActivityFilter, on_show

LATELY = timedelta(days=30)


def sessions(asked):
    """The dates of a month ago and after, of what the catalogue's filters choose.

    The same for everybody: what only staff see is in no feed.
    """
    chosen = ActivityFilter(asked, queryset=on_show(AnonymousUser())).qs
    rows = Session.objects.filter(activity__in=chosen.order_by().values("pk"))
    rows = rows.filter(ends_at__gte=now() - LATELY)
    # A few activities and places for many sessions: each is read once.
    return rows.prefetch_related("activity", "venue").order_by("starts_at", "pk")


def title():
    return _("Agenda of %(agency)s") % {"agency": settings.AGENCY["name"]}


def rss(asked, query):
    """The same dates as RSS 2.0, in their order; five queries."""
    here = f"{settings.SITE_URL}{reverse('pages:agenda-rss')}"
    feed = Rss201rev2Feed(
        title=title(),
        link=f"{settings.SITE_URL}{reverse('pages:agenda')}",
        description=_("The sessions to come, and those of the last month."),
        language="fr",
        feed_url=f"{here}?{query}" if query else here,
    )
    rows = list(sessions(asked))
    told = _told_at(rows)
    for session in rows:
        feed.add_item(pubdate=told[session.pk], **_item(session))
    return feed.writeString("utf-8")


def _item(session):
    activity = session.activity
    name = activity.title
    if session.public_title:
        name = f"{name} \u2013 {session.public_title}"
    said = {"day": dates.day_year(session.starts_at), "title": name}
    heading = _("%(day)s, %(title)s") % said
    if session.state not in ON:
        said = {"state": session.get_state_display(), "title": heading}
        heading = _("%(state)s: %(title)s") % said
    hours = dates.hours(session.starts_at, session.ends_at)
    when = f"{dates.day_long(session.starts_at)}, {hours}, {place(session)}."
    return {
        "title": clean(heading),
        "link": f"{settings.SITE_URL}{activity.get_absolute_url()}",
        "description": clean(f"{when[0].upper()}{when[1:]} {activity.summary}"),
        "categories": [clean(str(activity.kind_info.label))],
        "unique_id": uid(session),
        "unique_id_is_permalink": False,
    }


def _told_at(rows):
    """When each date was told: its activity announced, or itself called off."""
    shown = _entries(Activity, {one.activity_id for one in rows}, "announce", "open")
    first = dict(shown.values_list("object_id").annotate(at=Min("at")))
    off = [one.pk for one in rows if one.state not in ON]
    last = dict(
        _entries(Session, off, "cancel", "postpone")
        .values_list("object_id")
        .annotate(at=Max("at"))
    )
    return {
        one.pk: paris(
            last.get(one.pk) or first.get(one.activity_id) or one.activity.created_at
        )
        for one in rows
    }


def _entries(model, keys, *actions):
    about = ContentType.objects.get_for_model(model)
    rows = JournalEntry.objects.filter(content_type=about, object_id__in=keys)
    return rows.filter(action__in=actions).order_by()
