"""A request on the desk: its facts on one page, its alerts in the list."""

from collections import defaultdict

from django.contrib import admin
from django.contrib.admin.filters import ChoicesFieldListFilter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.admin.board import COMPOSE, board_url
from agency.activities.choices import REVIEWED, RuleSubject
from agency.activities.models import Answer, Application
from agency.activities.services import eligibility, seats, waiting
from agency.activities.states import RUNNING, EnrolmentState
from agency.core.admin.lists import RoomChangeList
from agency.core.lifecycle import available_moves
from agency.people.models import Affiliation

E = EnrolmentState
READ = "activities.read_enrolment"
# Rules whose verdict tells a fact of the person; the others speak to them.
FACTS = {
    RuleSubject.PROFESSION,
    RuleSubject.YEARS,
    RuleSubject.ORGANISATION_KIND,
    RuleSubject.ORGANISATION_LABEL,
    RuleSubject.TERRITORY,
}


class RequestFirst(ChoicesFieldListFilter):
    """The states of an enrolment, those that wait for the officer at the head."""

    def choices(self, changelist):
        every, *others = super().choices(changelist)
        asked = [value for value, _label in self.field.flatchoices].index(
            E.UNDER_REVIEW
        )
        return [every, others.pop(asked), *others]


class RequestList(RoomChangeList):
    """The list, with what to weigh of the requests on this page: one query more."""

    def __init__(self, request, *args, **kwargs):
        self.user = request.user
        super().__init__(request, *args, **kwargs)

    def get_results(self, request):
        super().get_results(request)
        rows = list(self.result_list)
        asked = [one for one in rows if one.state == E.UNDER_REVIEW]
        shared = _colleagues(asked) if asked else {}
        for one in rows:
            one.colleagues = shared.get(one.pk, [])
        self.result_list = rows


def _colleagues(rows):
    """The organisations that each shares with somebody else of the same activity."""
    activities = {row.activity_id for row in rows}
    posts = Affiliation.objects.active().filter(
        person__enrolments__activity__in=activities,
        person__enrolments__state__in=RUNNING,
    )
    known = posts.values_list(
        "person__enrolments__activity", "organisation", "organisation__name", "person"
    )
    people = defaultdict(set)
    names, own = {}, defaultdict(set)
    for activity, house, name, person in known:
        people[activity, house].add(person)
        own[activity, person].add(house)
        names[house] = name
    return {
        row.pk: sorted(
            names[house]
            for house in own[row.activity_id, row.person_id]
            if len(people[row.activity_id, house]) > 1
        )
        for row in rows
    }


class RequestMixin:
    """What the room of enrolments knows of requests that somebody decides on."""

    change_form_template = "admin/activities/enrolment_form.html"

    def get_changelist(self, request, **kwargs):
        return RequestList

    def get_queryset(self, request):
        """With what the page of a request says of its activity and of its person."""
        linked = ("person", "activity__officer")
        posts = ("affiliation__organisation", "affiliation__profession")
        return super().get_queryset(request).select_related(*linked, *posts)

    @admin.display(description=gettext_lazy("To weigh"))
    def alerts(self, enrolment):
        said = [
            _("Same organisation: %(name)s") % {"name": name}
            for name in getattr(enrolment, "colleagues", [])
        ]
        if enrolment.exception:
            said.append(_("Exception"))
        return ", ".join(said) or None

    def hindrance(self, obj, name):
        """Why the request cannot be accepted now; the other steps stay open."""
        if name != "retain":
            return super().hindrance(obj, name)
        # Asked by the buttons, and by the page that says why one of them is not there.
        if not hasattr(obj, "_no_seat"):
            obj._no_seat = self._no_seat(obj)
        return obj._no_seat

    def _no_seat(self, obj):
        if why := waiting.barred(obj.activity, obj.person):
            return str(why.label)
        free = seats.free(obj.activity)
        if free is not None and free <= 0:
            return _("Every seat is held: let them wait, or add a seat.")
        return ""

    def consequences(self, request, obj, name):
        said = super().consequences(request, obj, name)
        if name == "retain" and waiting.overtaken(obj):
            said.append(
                _(
                    "Somebody who came before waits for this seat: write why it is not "
                    "theirs, it stays in the history."
                )
            )
        if name == "retain" and waiting.skipped(obj.activity, obj.person):
            said.append(
                _(
                    "Somebody of one of their organisations has a seat: the reason of "
                    "the exception is needed, and stays in the history."
                )
            )
        if not obj.person.email:
            said.append(_("They have no e-mail address: call them."))
        return said

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if obj.activity.registration_mode in REVIEWED and request.user.has_perm(
            COMPOSE, obj.activity
        ):
            label = _("The board of the composition")
            tools.append({"label": label, "url": board_url(obj.activity)})
        return tools

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        if obj is not None:
            context["request_facts"] = self.request_facts(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def request_facts(self, request, enrolment):
        """All that is weighed before a decision, as far as this person may read it."""
        user = request.user
        asked = enrolment.state == E.UNDER_REVIEW
        own = Answer.objects.filter(enrolment=enrolment).visible_to(user)
        mine = user.has_perm(READ, enrolment)
        own_words = Application.objects.filter(enrolment=enrolment).visible_to(user)
        application = own_words.first() if mine else None
        return {
            "enrolment": enrolment,
            "asked": asked,
            "mine": mine,
            "reviewed": enrolment.activity.registration_mode in REVIEWED,
            "posts": enrolment.person.posts,
            "verdicts": [_verdict(one) for one in self._verdicts(enrolment)],
            "answers": own.select_related("question").order_by("question__order", "pk"),
            "application": application,
            "topic": _topic(enrolment, application),
            "hindrances": self._hindrances(request, enrolment),
        }

    def _verdicts(self, enrolment):
        if enrolment.is_over:
            return []
        person = enrolment.person
        posts = {person.pk: person.posts}
        found = eligibility.verdicts_of(enrolment.activity, [person], posts=posts)
        return found[person.pk]

    def _hindrances(self, request, enrolment):
        """The steps that cannot be taken now, each with why: (label, sentence)."""
        steps = available_moves(enrolment, request.user)
        return [
            (arrow.label, why)
            for name, arrow in steps.items()
            if name in self.services and (why := self.hindrance(enrolment, name))
        ]


def _topic(enrolment, application):
    """The category of situations that was chosen, in words."""
    topics = dict(enrolment.activity.kind_info.topics)
    return topics.get(application.topic, "") if application else ""


def _verdict(one):
    """The rule, what is known of the person, and the word and shape of the verdict."""
    word, shape = _("Holds"), "confirmed"
    if not one.ok:
        word, shape = _("Does not hold"), "failed" if one.bars else "refused"
    if one.unknown and not one.ok:
        word, shape = _("Not known"), "under_review"
    known = one.known if one.rule.subject in FACTS and not one.unknown else ""
    return {"wants": one.wants, "known": known, "word": word, "shape": shape}
