"""The composition of a group on the desk: one page to decide, one to send the letters."""

from collections import Counter
from copy import copy
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities import kinds
from agency.activities.admin.reception import handed
from agency.activities.choices import REVIEWED, Selection
from agency.activities.models import Activity
from agency.activities.printed import composition
from agency.activities.services import balance, board, composing, entering
from agency.core import journal
from agency.core.access import require
from agency.core.admin.moves import refusal
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused
from agency.mail.letters import compose

VIEW, COMPOSE = "activities.view_enrolment", "activities.compose_activity"
# What is written most often; the officer makes it fit before it is sent.
USUAL_REASONS = (
    gettext_lazy(
        "The group is full: there were more requests than seats, and we have sought a "
        "balance of territories and organisations."
    ),
    gettext_lazy("Somebody of your organisation takes part in this group already."),
    gettext_lazy("This group is meant for another profession than yours."),
    gettext_lazy("You took part in a former edition: newcomers came first."),
)
# The buttons of a row: value, label, key.
BUTTONS = (
    (Selection.SELECT, gettext_lazy("Retain"), "R"),
    (Selection.WAIT, gettext_lazy("Let wait"), "A"),
    (Selection.REFUSE, gettext_lazy("Refuse"), "X"),
    (Selection.OPEN, gettext_lazy("Undecided"), "0"),
)


def board_url(activity, page="board"):
    return reverse(f"admin:activities_activity_{page}", args=[activity.pk])


def board_tools(user, activity):
    """The link from the page of an activity whose requests somebody decides on."""
    if activity.registration_mode not in REVIEWED or not user.has_perm(VIEW):
        return []
    mine = user.has_perm(COMPOSE, activity)
    return [
        {
            "label": _("Compose the group"),
            "url": board_url(activity),
            "note": activity.to_review,
            "primary": bool(mine and activity.to_review),
        }
    ]


class BoardMixin:
    """The pages ``composition/`` and ``composition/appliquer/`` of an activity."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            path(
                "<int:pk>/composition/",
                wrap(self.board_view),
                name="activities_activity_board",
            ),
            path(
                "<int:pk>/composition/appliquer/",
                wrap(self.apply_view),
                name="activities_activity_apply",
            ),
            path(
                "<int:pk>/composition/dossier.pdf",
                wrap(self.file_view),
                name="activities_activity_composition_file",
            ),
        ]
        return [*pages, *super().get_urls()]

    # -- who, and what every page says --------------------------------------------
    def _composed(self, request, pk):
        """The activity, or 404: unknown, or nobody decides on its requests."""
        require(request.user, VIEW)
        rows = visible_rows(Activity, request.user).select_related("officer", "season")
        activity = get_object_or_404(rows, pk=pk)
        if activity.registration_mode not in REVIEWED:
            raise Http404
        return activity

    def _closed(self, request, activity):
        """What candidates wrote was written to one person: the others read a sentence."""
        title = _("Composition of the group")
        names = request.user.has_perm(VIEW, activity)
        context = self._context(request, activity, title, names=names)
        name = "admin/activities/board_closed.html"
        return TemplateResponse(request, name, context, status=403)

    def _context(self, request, activity, title, **more):
        room = self.admin_site._registry[kinds.get(activity.kind).proxy]
        requests = reverse("admin:activities_enrolment_changelist")
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": room.opts,
            "room": room,
            "object": activity,
            "activity": activity,
            "board_url": board_url(activity),
            "apply_url": board_url(activity, "apply"),
            "file_url": board_url(activity, "composition_file"),
            "list_url": f"{requests}?activity__id__exact={activity.pk}",
            **more,
        }

    # -- the board ------------------------------------------------------------------
    def board_view(self, request, pk):
        activity = self._composed(request, pk)
        if not request.user.has_perm(COMPOSE, activity):
            return self._closed(request, activity)
        if request.method == "POST":
            gesture = self._gestures().get(request.POST.get("act"))
            if gesture is None:
                raise Http404
            return gesture(request, activity)
        context = self._board(request, activity)
        return TemplateResponse(request, "admin/activities/board.html", context)

    def _gestures(self):
        return {
            "decide": self._decide,
            "suggest": self._suggest,
            "clear": self._clear,
            "reason": self._give_reason,
        }

    def _board(self, request, activity):
        loaded = board.load(activity, request.user)
        proposed = request.GET.get("proposition", "")
        return self._context(
            request,
            activity,
            _("Composition of the group"),
            board=loaded,
            figures=balance.figures(loaded),
            twice=balance.twice(loaded),
            buttons=BUTTONS,
            usual=USUAL_REASONS,
            without_words=any(not row.reason for row in loaded.said(Selection.REFUSE)),
            applied=composing.last_applied(activity),
            proposed=proposed if _moment(proposed) else "",
        )

    def _decide(self, request, activity):
        """One press: the row and the figures for htmx, the page at that row without."""
        rows = activity.enrolments.to_review().select_related("person")
        given = request.POST.get("enrolment", "")
        enrolment = rows.filter(pk=given).first() if given.isdigit() else None
        selection = request.POST.get("selection")
        if selection not in Selection.values:
            raise Http404
        trouble = ""
        if enrolment is None:
            trouble = _("This request is decided on already.")
        else:
            trouble = _decided(request, enrolment, selection)
        if request.htmx and enrolment is not None:
            return self._answer(request, activity, enrolment, trouble)
        if trouble:
            self.message_user(request, trouble, messages.ERROR)
        mark = f"#demande-{enrolment.pk}" if enrolment else ""
        return HttpResponseRedirect(f"{board_url(activity)}{mark}")

    def _answer(self, request, activity, enrolment, trouble):
        """The row, those of the colleagues it speaks of, and the figures."""
        context = self._board(request, activity)
        row = context["board"].row(enrolment.pk)
        others = {one.pk: one for one, _house in row.colleagues if one.is_candidate}
        context |= {"row": row, "others": others.values(), "trouble": trouble}
        return TemplateResponse(request, "admin/activities/_board_press.html", context)

    def _suggest(self, request, activity):
        proposal, moment = composing.suggest(activity, by=request.user)
        for sentence in balance.explained(proposal):
            self.message_user(request, sentence)
        query = urlencode({"proposition": moment.isoformat()})
        return HttpResponseRedirect(f"{board_url(activity)}?{query}")

    def _clear(self, request, activity):
        moment = _moment(request.POST.get("moment", ""))
        count = composing.clear(activity, by=request.user, moment=moment)
        said = ngettext(
            "%(count)s request is to be decided again.",
            "%(count)s requests are to be decided again.",
            count,
        )
        self.message_user(request, said % {"count": count})
        return HttpResponseRedirect(board_url(activity))

    def _give_reason(self, request, activity):
        usual = request.POST.get("usual", "")
        known = int(usual) if usual.isdigit() else -1
        words = request.POST.get("words", "").strip()
        if not words and 0 <= known < len(USUAL_REASONS):
            words = str(USUAL_REASONS[known])
        try:
            count = composing.give_reason(activity, words, by=request.user)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
        else:
            said = ngettext(
                "The reason stands on %(count)s refusal: change it there if need be.",
                "The reason stands on %(count)s refusals: change it there if need be.",
                count,
            )
            self.message_user(request, said % {"count": count})
        return HttpResponseRedirect(board_url(activity))

    # -- on paper ---------------------------------------------------------------------
    def file_view(self, request, pk):
        """The board as a file: made for the officer in charge, kept nowhere."""
        activity = self._composed(request, pk)
        if not request.user.has_perm(COMPOSE, activity):
            return self._closed(request, activity)
        data, count = composition.composition_file(activity, request.user)
        by, model = request.user, "activities.application"
        journal.record(by, "take_list", by=by, model=model, rows=count, format="pdf")
        return handed(data, _("composition-%(slug)s.pdf") % {"slug": activity.slug})

    # -- the letters ------------------------------------------------------------------
    def apply_view(self, request, pk):
        activity = self._composed(request, pk)
        if not request.user.has_perm(COMPOSE, activity):
            return self._closed(request, activity)
        if request.method == "POST":
            return self._apply(request, activity)
        planned = composing.plan(activity, request.user)
        title = ngettext(
            "%(count)s letter would leave",
            "%(count)s letters would leave",
            planned.letters,
        )
        context = self._context(
            request,
            activity,
            title % {"count": planned.letters},
            plan=planned,
            letters=list(_letters(planned, request.user)),
            applied=planned.applied,
        )
        return TemplateResponse(request, "admin/activities/board_apply.html", context)

    def _apply(self, request, activity):
        seal = request.POST.get("seal", "")
        try:
            done = composing.apply(activity, by=request.user, seal=seal)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
            return HttpResponseRedirect(board_url(activity, "apply"))
        said = ngettext(
            "Applied: %(count)s letter leaves.",
            "Applied: %(count)s letters leave.",
            done.letters,
        )
        self.message_user(request, said % {"count": done.letters}, messages.SUCCESS)
        return HttpResponseRedirect(board_url(activity))


def _decided(request, enrolment, selection):
    """Write the press; return what stood against it, in a sentence, or nothing."""
    try:
        composing.decide(
            enrolment,
            selection,
            by=request.user,
            seen=request.POST.get("seen", ""),
            reason=request.POST.get("reason"),
        )
    except MoveRefused as error:
        return refusal(error)
    return ""


def _moment(written):
    """The moment that stands in an address; None when it says none."""
    try:
        found = parse_datetime(written)
    except ValueError:
        return None
    return found if found and is_aware(found) else None


def _letters(planned, user):
    """One real letter of each kind: (what it is, to whom, the letter)."""
    activity = planned.board.activity
    sessions = list(activity.sessions.coming().select_related("venue"))
    kinds_of = (
        (_("To those retained"), planned.retained, _retained),
        (_("To those who wait"), planned.waiting, _waiting),
        (_("To those refused"), planned.refused, _refused),
    )
    for title, rows, shape in kinds_of:
        if not rows:
            continue
        # A refusal that nobody has written yet is no letter to look at.
        row = next((one for one in rows if one.reason), rows[0])
        row = row if shape is _refused else rows[0]
        enrolment = copy(row.enrolment)
        name = shape(planned, row, enrolment, user)
        context = {
            "enrolment": enrolment,
            "person": enrolment.person,
            "sessions": sessions,
            "colleague": shape is _waiting and _has_colleagues(planned.board, row),
            "read": True,
            "answers": (),
        }
        letter = compose(f"activities/emails/{name}", context)
        yield title, enrolment.person, letter


def _retained(planned, row, enrolment, user):
    """What a seat says: at once, or once the charter is signed."""
    activity = planned.board.activity
    if not entering.must_sign(activity, enrolment.person, by=user):
        return "enrolment_confirmed"
    enrolment.signature_due_at = entering.signature_due(activity, now())
    return "charter_to_sign"


def _waiting(planned, row, enrolment, user):
    """With the rank that they will have, those who are in line already included."""
    line = [*planned.board.line, *planned.waiting]
    line.sort(
        key=lambda one: (-one.enrolment.priority, one.enrolment.submitted_at, one.pk)
    )
    enrolment.place_in_line = line.index(row) + 1
    return "enrolment_waitlisted"


def _has_colleagues(loaded, row):
    """Whether one of their organisations has as many seats as it may have."""
    inside = [place.pk for other, place in row.colleagues if other in loaded.inside]
    most = loaded.per_house
    return most is not None and any(n >= most for n in Counter(inside).values())


def _refused(planned, row, enrolment, user):
    enrolment.refusal_reason = row.reason
    return "enrolment_refused"
