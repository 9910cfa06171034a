"""What is written on a file: the report, what is retained, the checks, the notes."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _

from agency.core.access import require
from agency.core.admin.moves import refusal
from agency.core.figures import euros
from agency.core.lifecycle import MoveBlocked
from agency.core.models import Stale
from grants.choices import PaperCheck, Scan
from grants.forms import desk as forms
from grants.services import checks, editors, instruction, report
from grants.states import ApplicationState

REPORT, RETAIN = "grants.change_instructionreport", "grants.retain_application"
CHECK, READ = "grants.check_applicationdocument", "grants.read_applicationdocument"
ASSIGN, NOTE = "grants.assign_application", "grants.add_internalnote"
STEM = "grants_application"
OPENED = (Scan.CLEAN, Scan.SKIPPED)


class ActsMixin:
    """``<pk>/rapport/`` and what hangs beside it, in the room of applications."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("rapport/", self.report_view, "report"),
            ("depense/<int:key>/", self.retain_view, "retain"),
            ("piece/<int:key>/", self.check_view, "check"),
            ("rapporteur/", self.assign_view_of_one, "assign"),
            ("auteur/", self.appoint_view, "appoint"),
            ("note/", self.note_view, "note"),
        )
        return [
            *(
                path(f"<int:object_id>/{way}", wrap(view), name=f"{STEM}_{name}")
                for way, view, name in pages
            ),
            *super().get_urls(),
        ]

    def acts_of(self, request, application):
        """What the reader may do on the page of ``application`` now."""

        def may(perm):
            return request.user.has_perm(perm, application)

        instructed = application.state == ApplicationState.INSTRUCTION
        return {
            "may_report": instructed and may(REPORT),
            "may_check": application.is_running and may(CHECK),
            "may_note": may(NOTE),
            "report_url": self.url("report", application.pk),
            "note_url": self.url("note", application.pk),
            "note_form": forms.NoteForm() if may(NOTE) else None,
        }

    def object_tools(self, request, application):
        tools = super().object_tools(request, application)
        user = request.user
        if application.state == ApplicationState.INSTRUCTION and user.has_perm(
            REPORT, application
        ):
            url = self.url("report", application.pk)
            tools.append({"label": _("Write the report"), "url": url, "primary": True})
        if application.is_running and user.has_perm(ASSIGN, application):
            url = self.url("assign", application.pk)
            tools.append({"label": _("Give to a rapporteur"), "url": url})
            url = self.url("appoint", application.pk)
            tools.append({"label": _("Put somebody else in charge"), "url": url})
        tools += said_elsewhere(user, application)
        return [*tools, {"label": _("Pipeline"), "url": self.url("pipeline")}]

    # -- one gesture, the same way for each ----------------------------------------
    def _act(self, request, application, form, verb, *, done, anchor="", **page):
        """Show ``form``; once it is right do ``verb(form)``, and go back to the file."""
        if request.method == "POST" and form.is_valid():
            try:
                verb(form)
            except MoveBlocked as error:
                form.add_error(None, refusal(error))
            except Stale:
                form.add_error(None, changed_meanwhile())
            else:
                self.message_user(request, done, messages.SUCCESS)
                back = self.url("change", application.pk)
                return HttpResponseRedirect(back + anchor)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "object": application,
            "button": _("Save"),
            "back": self.url("change", application.pk) + anchor,
            **page,
        }
        return TemplateResponse(request, "admin/grants/act.html", context)

    def _asked(self, request, object_id, perm):
        application = self.visible_object(request, str(object_id))
        require(request.user, perm, application)
        return application, request.POST if request.method == "POST" else None

    # -- the report -----------------------------------------------------------------
    def report_view(self, request, object_id):
        application, data = self._asked(request, object_id, REPORT)
        if application.state != ApplicationState.INSTRUCTION:
            return self.changed_meanwhile(request, application)
        kept = report.report_of(application)
        if not kept.eligibility:
            kept.eligibility = eligibility_in_words(application)
        form = forms.ReportForm(data, instance=kept)

        def write(form):
            version = form.cleaned_data["version"]
            report.write(application, form.answers(), by=request.user, version=version)

        return self._act(
            request,
            application,
            form,
            write,
            title=_("Rapporteur's report"),
            done=_("The report is saved."),
            anchor="#rapport",
            lines=[
                _(
                    "It is saved as far as you write it. The summary, the context, the "
                    "budget and the opinion are needed to close it."
                )
            ],
            computed=application.computed,
            requested=application.requested,
        )

    # -- an expense -----------------------------------------------------------------
    def retain_view(self, request, object_id, key):
        application, data = self._asked(request, object_id, RETAIN)
        line = get_object_or_404(application.expenses, pk=key)
        if application.state != ApplicationState.INSTRUCTION:
            return self.changed_meanwhile(request, application)
        line.application = application
        initial = {
            "amount": line.retained,
            "reason": line.retained_reason,
            "version": line.version,
        }
        form = forms.RetainForm(data, initial=initial)

        def retain(form):
            report.retain(line, by=request.user, **form.cleaned_data)

        said = {"amount": euros(report.declared(line))}
        return self._act(
            request,
            application,
            form,
            retain,
            title=str(line),
            done=_("Retained; the aid is computed again."),
            anchor="#budget",
            lines=[_("Declared: %(amount)s.") % said],
            button=_("Retain and compute again"),
        )

    # -- a paper --------------------------------------------------------------------
    def check_view(self, request, object_id, key):
        application, data = self._asked(request, object_id, CHECK)
        paper = get_object_or_404(application.documents, pk=key)
        paper.application = application
        rules = application.rules.requirements.filter(key=paper.requirement)
        requirement = rules.first()
        initial = {"comment": paper.comment}
        if paper.check_state != PaperCheck.TO_CHECK:
            initial["verdict"] = paper.check_state
        form = forms.CheckForm(data, initial=initial)

        def check(form):
            checks.check(paper, by=request.user, **form.cleaned_data)

        return self._act(
            request,
            application,
            form,
            check,
            title=requirement.label if requirement else paper.name,
            done=_("The check is noted."),
            anchor="#pieces",
            paper=paper,
            paper_url=request.user.has_perm(READ, paper)
            and paper.scan in OPENED
            and reverse("grants:paper-file", args=[application.uuid, paper.uuid]),
            requirement=requirement,
            expires_on=requirement and checks.expiry(paper, requirement),
            meets_on=checks.meeting_day(application),
        )

    # -- the team -------------------------------------------------------------------
    def assign_view_of_one(self, request, object_id):
        application, data = self._asked(request, object_id, ASSIGN)
        if not application.is_running:
            return self.changed_meanwhile(request, application)
        form = forms.RapporteurForm(
            data, people=instruction.rapporteurs(), initial=application.rapporteur_id
        )

        def assign(form):
            rapporteur = form.cleaned_data["rapporteur"]
            instruction.assign(application, rapporteur, by=request.user)

        return self._act(
            request,
            application,
            form,
            assign,
            title=_("Give to a rapporteur"),
            done=_("The file has its rapporteur."),
            button=_("Hand the file over"),
        )

    def appoint_view(self, request, object_id):
        """Whoever wrote it left: somebody of the organisation goes on with it."""
        application, data = self._asked(request, object_id, ASSIGN)
        if not application.is_running:
            return self.changed_meanwhile(request, application)
        people = editors.successors(application)
        form = forms.InChargeForm(data, people=people)
        said = {"organisation": application.organisation}

        def appoint(form):
            person = form.cleaned_data["person"]
            editors.appoint(application, person, by=request.user)

        return self._act(
            request,
            application,
            form,
            appoint,
            title=_("Put somebody else in charge"),
            done=_("They are in charge of the file, and are told."),
            lines=[
                _(
                    "They read and answer everything from now on, bank details "
                    "included. Here stand the people of %(organisation)s who have an "
                    "account: make sure that the organisation asked for it."
                )
                % said
            ],
            button=_("Put in charge"),
        )

    def note_view(self, request, object_id):
        application, data = self._asked(request, object_id, NOTE)
        form = forms.NoteForm(data)

        def note(form):
            instruction.note(application, by=request.user, **form.cleaned_data)

        return self._act(
            request,
            application,
            form,
            note,
            title=_("Internal note"),
            done=_("The note is kept."),
            anchor="#notes",
        )


def said_elsewhere(user, application):
    """Where one writes to the applicants, and asks them for what is missing."""
    pages = (
        ("ask", "grants_completionrequest_ask", "grants.ask_application"),
        ("close", "grants_completionrequest_close", "grants.close_application"),
        ("", "grants_threadmessage_file", "grants.view_application"),
    )
    found = []
    for name, page, perm in pages:
        arrow = application.moves.get(name)
        if arrow and application.state not in arrow.sources:
            continue
        if user.has_perm(perm, application):
            label = arrow.label if arrow else _("The thread of the file")
            found += _link(page, application, label)
    return found


def _link(page, application, label):
    try:
        url = reverse(f"admin:{page}", args=[application.pk])
    except NoReverseMatch:  # in a house without that room
        return []
    return [{"label": label, "url": url}]


def changed_meanwhile():
    return _(
        "Somebody else saved this in the meantime: open it in another window, then put "
        "what you typed beside it."
    )


def eligibility_in_words(application):
    """What the rules find, a line each: the report begins with it."""
    return "\n".join(instruction.unmet(application))
