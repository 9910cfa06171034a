"""What leaves the list of enrolments, and how somebody is found in it."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agency.activities.admin.line import WHY
from agency.activities.models import Activity, Answer, Application, Enrolment
from agency.activities.services import waiting
from agency.core import journal
from agency.core.access import require, require_known
from agency.core.admin.exports import as_csv
from agency.core.admin.permissions import visible_rows
from agency.core.clock import today
from agency.core.text import telephone
from agency.people.models import Affiliation

EXPORT = "activities.export_enrolment"


class FoundMixin:
    """A word is looked for in the name, the address and every current organisation."""

    def _any_field(self, word):
        posts = Affiliation.objects.active().filter(organisation__folded__contains=word)
        return super()._any_field(word) | Q(person__in=posts.values("person"))


class AnswersMixin:
    """The list of one activity leaves with the answers, for its officer in charge alone.

    What people need to come and to eat is never in it (article 9 of the GDPR).
    """

    def export_extras(self, request, queryset):
        """The labels of more columns, and what a row says in them."""
        activity = self._read_by(request)
        if activity is None:
            return [], lambda enrolment: []
        questions = list(activity.questions.order_by("order", "pk"))
        labels = [_("Telephone"), _("Motivation"), _("Category of situations")]
        found = _Written(activity, request.user)
        return [*labels, *(one.label for one in questions)], lambda enrolment: [
            telephone(enrolment.person.phone),
            *found.application(enrolment),
            *(found.answers.get((enrolment.pk, one.pk), "") for one in questions),
        ]

    def _read_by(self, request):
        """The activity of the list, when it is that of one and this person leads it."""
        chosen = request.GET.get("activity__id__exact", "")
        if not chosen.isdecimal():
            return None
        own = Activity.objects.filter(pk=chosen, officer=request.user.pk)
        return own.first()


class _Written:
    """What candidates of an activity wrote, read in two queries."""

    def __init__(self, activity, user):
        answers = Answer.objects.visible_to(user).filter(enrolment__activity=activity)
        self.answers = {
            (one.enrolment_id, one.question_id): one.said()
            for one in answers.select_related("question")
        }
        written = Application.objects.visible_to(user)
        written = written.filter(enrolment__activity=activity)
        self.applications = written.in_bulk()
        self.topics = dict(activity.kind_info.topics)

    def application(self, enrolment):
        found = self.applications.get(enrolment.pk)
        if found is None:
            return ["", ""]
        return [found.motivation, str(self.topics.get(found.topic, found.topic))]


class CallListMixin:
    """``attente/<pk>/exporter/csv/``: whom to call, in order, as a sheet for the telephone."""

    def get_urls(self):
        page = path(
            "attente/<int:pk>/exporter/csv/",
            self.admin_site.admin_view(self.call_list_view),
            name="activities_enrolment_call_list",
        )
        return [page, *super().get_urls()]

    def call_list_view(self, request, pk):
        require(request.user, EXPORT)
        activity = get_object_or_404(visible_rows(Activity, request.user), pk=pk)
        require_known(request.user, EXPORT, activity)
        rows = list(_call_rows(activity))
        by = request.user
        model = Enrolment._meta.label_lower
        journal.record(
            by, "take_list", by=by, model=model, rows=len(rows), format="csv"
        )
        header = [
            *(_("Rank"), _("Person"), _("Telephone"), _("E-mail address")),
            *(
                _("Organisation"),
                _("Waits since"),
                _("Why not now"),
                _("Called, answer"),
            ),
        ]
        response = HttpResponse(as_csv([header, *rows]), "text/csv; charset=utf-8")
        listed = slugify(_("Call list"))
        name = f"{listed}-{activity.slug}-{today():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _call_rows(activity):
    """One row for each person in line, the organisations read once."""
    line = list(waiting.line(activity))
    posts = Affiliation.objects.active().select_related("organisation")
    posts = posts.filter(person__in=[one.person_id for one, _why in line])
    houses = {}
    for post in posts.order_by("pk"):
        houses.setdefault(post.person_id, []).append(post.organisation.name)
    for number, (one, why) in enumerate(line, start=1):
        person = one.person
        yield [
            *(number, person.list_name, telephone(person.phone), person.email or ""),
            ", ".join(dict.fromkeys(houses.get(person.pk, []))),
            *(one.submitted_at, str(WHY.get(why, "")), ""),
        ]
