"""Calendars to subscribe to, and one's own page about them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from agency.activities import calendar
from agency.activities.services import feeds
from agency.activities.views.enrolments import own

ICS = "text/calendar; charset=utf-8"
SAID = {
    "open": gettext_lazy("Your calendar has its address."),
    "renew": gettext_lazy(
        "Your calendar has a new address: subscribe again. The former one is closed."
    ),
    "close": gettext_lazy(
        "The address is closed: what was subscribed to it is no longer kept up to date."
    ),
    "alarm": gettext_lazy("Saved. Your calendar takes it up when it next comes."),
}


def own_calendar(request):
    """Where one subscribes to one's own dates; its buttons open, renew and close it."""
    if request.method == "POST":
        _act(request)
        return redirect("activities:own-calendar")
    feed = feeds.of(request.user)
    address = feeds.address(feed) if feed else ""
    context = {
        "feed": feed,
        "address": address,
        "webcal": f"webcal{address[address.find(':') :]}" if address else "",
        "leads": request.user.facilitations.exists(),
    }
    return render(request, "activities/own_calendar.html", context)


def _act(request):
    name, person = request.POST.get("action"), request.user
    if name not in SAID:
        raise BadRequest
    if name == "alarm":
        feeds.remind(person, alarm=request.POST.get("alarm") == "on")
    else:
        {"open": feeds.open_feed, "renew": feeds.renew, "close": feeds.close}[name](
            person
        )
    messages.success(request, SAID[name])


@login_not_required
@require_safe
@gzip_page
def calendar_feed(request, secret):
    """The dates of whoever has this address; any other answers as one never given."""
    feed = feeds.found(secret)
    if feed is None:
        raise Http404
    drawn = calendar.Feed(
        feeds.lines(feed.person), name=_("My dates, Plateau"), alarm=feed.alarm
    )
    feeds.note_use(feed)
    return answered(request, drawn, "mes-dates.ics", kept="private, no-cache")


def answered(request, feed, filename, *, kept):
    """The ``feed``, or 304 when the calendar has it already; ``kept``: by whom, how long."""
    response = get_conditional_response(request, etag=feed.etag)
    if response is None:
        response = HttpResponse(feed.drawn(), content_type=ICS)
        response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["ETag"] = feed.etag
    response["Cache-Control"] = kept
    return response


def enrolment_calendar(request, uuid):
    """One's own dates of one enrolment, in a file to open once."""
    enrolment = own(request, uuid)
    lines = feeds.lines_of(enrolment)
    if not lines:
        raise Http404
    response = HttpResponse(calendar.published(lines), content_type=ICS)
    response["Content-Disposition"] = 'attachment; filename="mes-seances.ics"'
    return response
