"""The programme of a season, for everybody: one file, made when something changes."""

from types import SimpleNamespace

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from agency.activities.models import Season
from agency.activities.services import programmes
from agency.documents.storage import private_storage
from agency.documents.views import hand_out

# As often as somebody may take it, from one place: it is a file of many pages.
MOST, IN_SECONDS = 30, 60
FRESH = 300


def asks_too_often(request):
    """Whether this place has taken its share of this minute."""
    key = f"programme-from:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, timeout=IN_SECONDS)
    try:
        return cache.incr(key) > MOST
    except ValueError:  # the minute ended in between
        return False


@login_not_required
@require_safe
def season_programme(request, slug):
    """The PDF; the one before while another is made, or a sentence when there is none."""
    if asks_too_often(request):
        return respond_429(request)
    season = next((one for one in Season.objects.all() if one.slug == slug), None)
    if season is None:
        raise Http404
    name = programmes.current(season)
    if name is None:
        said = _("The programme is being printed: come back in a minute.")
        head = {"Retry-After": "30"}
        return HttpResponse(said, "text/plain; charset=utf-8", status=503, headers=head)
    return _file(request, name, f"{_('programme')}-{season.slug}.pdf")


def _file(request, name, filename):
    """The file, or nothing new; its address says what is in it."""

    @condition(etag_func=lambda _request: f'"{name}"')
    def answer(_request):
        open_file = lambda mode: private_storage().open(name, mode)  # noqa: E731
        return hand_out(SimpleNamespace(name=name, open=open_file), filename)

    response = answer(request)
    patch_cache_control(response, public=True, max_age=FRESH)
    return response
