"""Every page of the house, and the floor: the least that Django does for the same work."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from agency.activities.models import Activity, Enrolment
from agency.activities.states import EnrolmentState
from agency.core.clock import now
from agency.people.models import Person

ROWS = 50
PAGE = """<!doctype html><html lang="fr"><title>floor</title><table>
{% for one in people %}<tr><td>{{ one.pk }}</td><td>{{ one.given_name }}</td>
<td>{{ one.family_name }}</td><td>{{ one.email }}</td><td>{{ one.city }}</td>
<td>{{ one.joined_at|date:"j F Y" }}</td></tr>
{% endfor %}</table></html>"""


@login_not_required
def page(request):
    """One query and fifty rows, through every middleware."""
    people = Person.objects.order_by("-pk")[:ROWS]
    return HttpResponse(_template().render({"people": people}, request))


@cache
def _template():
    """Compiled once, as the loader of production does."""
    return engines["django"].from_string(PAGE)


def register(request, pk):
    """Lock, count, insert, and nothing else."""
    with transaction.atomic():
        Activity.objects.filter(pk=pk).update(turn=F("turn") + 1)
        activity = Activity.objects.get(pk=pk)
        held = Enrolment.objects.filter(activity=activity).holding().count()
        if held >= activity.capacity:
            return HttpResponse("full", status=409)
        Enrolment.objects.create(
            activity=activity,
            person=request.user,
            state=EnrolmentState.CONFIRMED,
            confirmed_at=now(),
        )
    return HttpResponse("ok", status=302)


urlpatterns = [
    path("floor/", page),
    path("floor/<int:pk>/", register),
    path("", include("agency.urls")),
]
handler400 = "agency.pages.errors.bad_request"
handler403 = "agency.pages.errors.permission_denied"
handler404 = "agency.pages.errors.page_not_found"
handler500 = "agency.pages.errors.server_error"
