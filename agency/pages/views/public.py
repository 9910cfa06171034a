"""What visitors read: the home, the catalogue, the agenda."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from agency.activities.models import Season, Session
from agency.activities.states import PUBLIC, ActivityState
from agency.core.clock import paris, today
from agency.pages import agenda as months
from agency.pages import registry
from agency.pages.context import LIGHT_COOKIE, LIGHTS
from agency.pages.filters import ActivityFilter, Tally, month_start, on_show

POSTERS, BILL, PAGE = 4, 6, 30
YEAR = 365 * 24 * 3600


@login_not_required
def home(request):
    """The next date in the spot, the dates after it, what is on show."""
    shown = on_show(request.user)
    alive = shown.exclude(state__in=(ActivityState.COMPLETED, ActivityState.CANCELLED))
    dates = list(
        Session.objects.coming()
        .filter(activity__in=shown.order_by().values("pk"), activity__state__in=PUBLIC)
        .exclude(activity__state=ActivityState.CANCELLED)
        .select_related("activity", "venue")[: POSTERS + 1]
    )
    return render(
        request,
        "pages/home.html",
        {
            "season": Season.current(),
            "next_session": dates[0] if dates else None,
            "posters": dates[1:],
            "bill": alive[:BILL],
            "total": shown.count(),
            "panels": registry.home(request.user),
        },
    )


@login_not_required
def activity_list(request):
    """The catalogue; htmx asks for its rows alone."""
    base = on_show(request.user)
    chosen = ActivityFilter(request.GET, queryset=base)
    template = "_activity_rows" if request.htmx else "activity_list"
    context = _catalogue(request, chosen, base)
    answer = render(request, f"pages/{template}.html", context)
    # The same address answers a page and its rows: no cache may mix them up.
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _catalogue(request, chosen, base):
    """One page of the rows chosen among ``base``, and what the filters show."""
    asked = [(name, one) for name, some in request.GET.lists() for one in some]
    kept = [(name, one) for name, one in asked if name != "page" and one]
    tally = Tally(base)
    pages = Paginator(chosen.qs, PAGE)
    if not kept:
        pages.count = tally.total
    return {
        "season": Season.current(),
        "filter": chosen,
        "facets": chosen.facets(tally),
        "months": chosen.months(),
        "month": request.GET.get("mois", ""),
        "words": request.GET.get("q", ""),
        "page": pages.get_page(request.GET.get("page")),
        "total": tally.total,
        "open_count": tally.roomy,
        "query": urlencode(kept),
        "is_filtered": bool(kept),
        "criteria": len(kept),
    }


@login_not_required
def kind_list(request, code):
    """The catalogue of one kind: an address short enough to say on the phone."""
    return redirect(f"{reverse('pages:activity-list')}?{urlencode({'genre': code})}")


@login_not_required
def agenda(request):
    """A month, as a grid and as a list; ``?mois=2026-12``."""
    start = month_start(request.GET.get("mois"))
    first = paris(start).date() if start else today().replace(day=1)
    month = months.month(first, request.user)
    context = {"month": month, "today": today(), "season": Season.current()}
    return render(request, "pages/agenda.html", context)


@login_not_required
def theme(request):
    """Keep the light that the visitor prefers, and go back to where they were."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(target if safe else "pages:home")
    light = request.GET.get("light", "")
    if light in LIGHTS:
        response.set_cookie(
            LIGHT_COOKIE,
            light,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(LIGHT_COOKIE)
    return response
