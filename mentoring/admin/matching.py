"""The board of a matching, for the officer in charge alone: nothing leaves before the end."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.admin.reception import handed
from agency.core import journal
from agency.core.access import require_known
from agency.core.admin.moves import refusal
from agency.core.lifecycle import MoveRefused
from agency.mail.letters import compose
from mentoring.forms.matching import RunForm
from mentoring.models import MatchRule, RuleKind
from mentoring.printed import matching as printed
from mentoring.services import match_board, matching, pool

MATCH = "mentoring.match_mentoringedition"
STEM = "mentoring_mentoringedition"
REASON = 200
DONE = {
    RuleKind.LOCK: gettext_lazy("Locked."),
    RuleKind.BAN: gettext_lazy("Forbidden."),
    RuleKind.HIERARCHY: gettext_lazy("Hierarchical link noted: they are kept apart."),
}


class MatchingMixin:
    """``<pk>/appariement/`` and what hangs below, in the room of editions."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("appariement/", self.match_view, "match"),
            ("appariement/pour/<int:key>/", self.match_for_view, "match_for"),
            ("appariement/publier/", self.match_publish_view, "match_publish"),
            ("appariement/appariement.pdf", self.match_report_view, "match_report"),
        )
        return [
            *(
                path(f"<int:object_id>/{way}", wrap(view), name=f"{STEM}_{name}")
                for way, view, name in pages
            ),
            *super().get_urls(),
        ]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if not request.user.has_perm(MATCH, obj):
            return tools
        return [*tools, {"label": _("Matching"), "url": self.url("match", obj.pk)}]

    # -- who, and what every page says --------------------------------------------
    def _matched(self, request, pk):
        edition = self.visible_object(request, str(pk))
        require_known(request.user, MATCH, edition)
        return edition

    def _page(self, request, edition, name, **more):
        pages = ("match", "match_publish", "match_report")
        context = {
            **self.admin_site.each_context(request),
            **{f"{page}_url": self.url(page, edition.pk) for page in pages},
            "opts": self.opts,
            "room": self,
            "object": edition,
            "edition": edition,
            **more,
        }
        return TemplateResponse(request, f"admin/mentoring/{name}.html", context)

    def _told(self, request, verb):
        """What ``verb`` gives, or None once its refusal is on the page."""
        try:
            return verb()
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
            return None

    # -- the board ------------------------------------------------------------------
    def match_view(self, request, object_id):
        edition = self._matched(request, object_id)
        form = None
        if request.method == "POST":
            gestures = {"run": self._run, "settle": self._settle, "lift": self._lift}
            gesture = gestures.get(request.POST.get("act"))
            if gesture is None:
                raise Http404
            form = gesture(request, edition)
            if form is None:
                return HttpResponseRedirect(self._back(request, edition))
        board = match_board.load(edition)
        title = _("Matching")
        form = form or RunForm(settings=self._usual(board))
        more = {"board": board, "form": form, "price": self._price(request, board)}
        return self._page(request, edition, "match", title=title, **more)

    def _back(self, request, edition):
        """To the board, or to the page of the person whose list the press came from."""
        key = request.POST.get("from", "")
        if key.isdigit():
            return self.url("match_for", edition.pk, key)
        mark = request.POST.get("mark", "")
        kept = mark if mark.replace("-", "").isdigit() else ""
        return self.url("match", edition.pk) + (f"#binome-{kept}" if kept else "")

    def _usual(self, board):
        if board.run is None:
            return pool.settings_of(board.edition)
        return matching.settings_of(board.run)

    def _price(self, request, board):
        """(key of a row, what forbidding it costs), when somebody asked."""
        asked = request.GET.get("prix", "")
        for row in board.rows:
            if row.key == asked and not row.pair:
                return asked, matching.price(board.run, pool.keys(row.proposal))
        return None

    def _run(self, request, edition):
        form = RunForm(request.POST, settings=pool.settings_of(edition))
        if not form.is_valid():
            return form
        last = edition.match_runs.first()
        given = {"by": request.user, "settings": form.settings()}
        made = self._told(request, lambda: matching.run(edition, **given))
        if made is not None and made == last:
            said = _("Nothing has changed since: the same pairs, to the letter.")
            self.message_user(request, said)
        elif made is not None:
            count = made.proposals.count()
            said = ngettext("%(count)s pair found.", "%(count)s pairs found.", count)
            self.message_user(request, said % {"count": count}, messages.SUCCESS)
        return None

    def _settle(self, request, edition):
        said = request.POST
        two = [said.get("mentor", ""), said.get("mentee", "")]
        kind = said.get("kind")
        if kind not in RuleKind.values or not all(one.isdigit() for one in two):
            raise Http404
        cost = "" if kind == RuleKind.LOCK else self._cost(edition, tuple(two))
        reason = said.get("reason", "").strip()[:REASON]
        given = {"by": request.user, "reason": reason}
        rule = self._told(request, lambda: matching.settle(edition, kind, two, **given))
        if rule is not None:
            words = f"{DONE[kind]} {cost}".strip()
            self.message_user(request, words, messages.SUCCESS)

    def _cost(self, edition, two):
        """What a ban costs the last run, when it made that very pair."""
        made = edition.match_runs.exclude(result={}).first()
        return matching.price(made, two) if made and not made.is_published else ""

    def _lift(self, request, edition):
        given = request.POST.get("rule", "")
        rule = MatchRule.objects.filter(pk=given).first() if given.isdigit() else None
        if rule is not None:
            matching.lift(edition, rule, by=request.user)
            self.message_user(request, _("Lifted."), messages.SUCCESS)

    # -- everybody for one person ---------------------------------------------------
    def match_for_view(self, request, object_id, key):
        edition = self._matched(request, object_id)
        board = match_board.load(edition)
        try:
            rows = match_board.candidates(board, str(key))
        except KeyError as error:
            raise Http404 from error
        application = board.found.applications[str(key)]
        said = {"person": application.person.full_name}
        title = _("Who for %(person)s?") % said
        more = {"application": application, "candidates": rows, "board": board}
        return self._page(request, edition, "match_for", title=title, **more)

    # -- the publication --------------------------------------------------------------
    def match_publish_view(self, request, object_id):
        edition = self._matched(request, object_id)
        if request.method == "POST":
            return self._publish(request, edition)
        board = match_board.load(edition)
        rows = [row.proposal for row in board.rows]
        for row in board.rows:
            row.proposal.mentor, row.proposal.mentee = row.mentor, row.mentee
        troubles = []
        if board.run is not None:
            troubles = matching.standing(board.run, rows, board.found)
        count = len(rows) * matching.LETTERS_A_PAIR
        title = ngettext(
            "%(count)s message would leave", "%(count)s messages would leave", count
        ) % {"count": count}
        if troubles:
            title = _("The publication is not possible yet")
        more = {"board": board, "troubles": troubles, "count": count}
        more["letters"] = list(printed.letters(board, compose)) if not troubles else []
        return self._page(request, edition, "match_publish", title=title, **more)

    def _publish(self, request, edition):
        given = request.POST.get("run", "")
        made = None
        if given.isdigit():
            made = edition.match_runs.filter(number=given).first()
        if made is None:
            raise Http404
        made.edition = edition
        done = self._told(request, lambda: matching.publish(made, by=request.user))
        if done is None:
            return HttpResponseRedirect(self.url("match_publish", edition.pk))
        said = ngettext(
            "Published: %(count)s pair is proposed to its two halves.",
            "Published: %(count)s pairs are proposed to both their halves.",
            len(done),
        )
        self.message_user(request, said % {"count": len(done)}, messages.SUCCESS)
        return HttpResponseRedirect(self.url("match", edition.pk))

    # -- on paper -----------------------------------------------------------------------
    def match_report_view(self, request, object_id):
        """The last run as a file: made for the officer in charge, kept nowhere."""
        edition = self._matched(request, object_id)
        board = match_board.load(edition)
        if board.run is None:
            raise Http404
        data = printed.report(board, by=request.user)
        by, rows = request.user, len(board.rows)
        model = "mentoring.matchproposal"
        journal.record(by, "take_list", by=by, model=model, rows=rows, format="pdf")
        return handed(data, _("matching-%(slug)s.pdf") % {"slug": edition.slug})
