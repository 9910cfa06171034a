"""An activity as search engines and other agendas read it (schema.org, JSON-LD)."""

import json
from datetime import timedelta

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from agency.activities.calendar import clean
from agency.activities.states import SessionState
from agency.core.clock import now, paris

LATELY = timedelta(days=30)
SCHEMA = "https://schema.org"
# Written as escapes, no text can end the element that holds it.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
STATUS = {
    SessionState.PLANNED: "EventScheduled",
    SessionState.HELD: "EventScheduled",
    SessionState.CANCELLED: "EventCancelled",
    SessionState.POSTPONED: "EventPostponed",
}
ATTENDANCE = {
    "onsite": "OfflineEventAttendanceMode",
    "remote": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}


def script(activity, sessions):
    """The data block of the page: the dates to come and of the last month, or ``""``.

    What it says stands on the public page; of an online room, the page's own address.
    """
    since = now() - LATELY
    events = [_event(activity, one) for one in sessions if one.ends_at >= since]
    if not events:
        return ""
    said = json.dumps({"@context": SCHEMA, "@graph": events}, ensure_ascii=False)
    # Ours, and escaped just above: a data block, which the policy lets stand.
    inside = mark_safe(said.translate(ESCAPES))  # noqa: S308
    return format_html('<script type="application/ld+json">{}</script>', inside)


def _event(activity, session):
    page = f"{settings.SITE_URL}{activity.get_absolute_url()}"
    event = {
        "@type": "Event",
        "@id": f"{page}#{session.uuid}",
        "name": clean(_name(activity, session)),
        "url": page,
        "startDate": paris(session.starts_at).isoformat(timespec="minutes"),
        "endDate": paris(session.ends_at).isoformat(timespec="minutes"),
        "eventStatus": f"{SCHEMA}/{STATUS.get(session.state, 'EventCancelled')}",
        "eventAttendanceMode": f"{SCHEMA}/{ATTENDANCE[session.format]}",
        "organizer": _agency(),
        "inLanguage": "fr",
    }
    if activity.summary:
        event["description"] = clean(activity.summary)
    if places := _places(session, page):
        event["location"] = places[0] if len(places) == 1 else places
    return event


def _name(activity, session):
    title = "" if activity.sealed else session.title
    return f"{activity.title} \u2013 {title}" if title else activity.title


def _agency():
    agency = settings.AGENCY
    return {"@type": "Organization", "name": agency["name"], "url": settings.SITE_URL}


def _places(session, page):
    places = []
    if session.venue and not session.is_remote:
        places.append(_place(session.venue))
    if session.format != "onsite":
        places.append({"@type": "VirtualLocation", "url": page})
    return places


def _place(venue):
    address = {
        "@type": "PostalAddress",
        "streetAddress": clean(venue.address),
        "postalCode": clean(venue.postal_code),
        "addressLocality": clean(venue.city),
    }
    known = {name: value for name, value in address.items() if value}
    return {"@type": "Place", "name": clean(venue.name), "address": known}
