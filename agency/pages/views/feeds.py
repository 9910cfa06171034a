"""The agenda for those who subscribe: as a calendar, and as RSS."""

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from agency.activities import calendar
from agency.activities.views.feeds import answered
from agency.pages import feeds

KEPT = "public, max-age=900"


@login_not_required
@require_safe
@gzip_page
def agenda_ics(request):
    """The public dates, filtered as the catalogue is: ``?genre=meeting``."""
    lines = [calendar.Line(one) for one in feeds.sessions(request.GET)]
    feed = calendar.Feed(lines, name=feeds.title())
    return answered(request, feed, "agenda.ics", kept=KEPT)


@login_not_required
@require_safe
@gzip_page
def agenda_rss(request):
    content = feeds.rss(request.GET, request.GET.urlencode()).encode()
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="application/rss+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = KEPT
    return get_conditional_response(request, etag=etag, response=response)
