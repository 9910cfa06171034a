"""To apply to an edition of mentoring, and one's own application."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked, MoveRefused
from mentoring.choices import Side
from mentoring.forms.applications import ApplicationForm
from mentoring.models import MentoringApplication
from mentoring.services import applications, calls
from mentoring.states import ApplicationState

# What stands in the address of a form.
SIDES = {"mentor": Side.MENTOR, "mentoree": Side.MENTEE}
WAYS = {side: way for way, side in SIDES.items()}


def application_write(request, slug, way):
    """Write for one side, saved as one goes; once whole, read it again and send it."""
    if way not in SIDES:
        raise Http404
    side = SIDES[way]
    edition = get_object_or_404(calls.editions().visible_to(request.user), slug=slug)
    own = MentoringApplication.objects.filter(edition=edition, person=request.user)
    application = own.filter(side=side).first()
    if application and not application.is_writable:
        return redirect(application)
    form = _form(request, edition, side, application)
    if form.is_bound and form.is_valid() and (kept := _kept(request, edition, form)):
        return redirect(kept if form.sending else request.path)
    return render(request, "mentoring/application_form.html", _page(form, way))


def _form(request, edition, side, application):
    """The form bound to what was sent, else with what was kept, here or last year."""
    data = request.POST if request.method == "POST" else None
    former = None
    if application is None:
        former = applications.former(edition, request.user, side)
    form = ApplicationForm(
        data,
        edition=edition,
        side=side,
        application=application,
        former=former,
        # Of a draft alone something may be left for later.
        sending=data is None
        or "later" not in data
        or (application is not None and not application.is_draft),
    )
    form.edition, form.side, form.application = edition, side, application
    form.former, form.person = former, request.user
    return form


def _kept(request, edition, form):
    """The application as it is kept now; None when the form says why it is not."""
    try:
        application = applications.write(
            edition,
            person=request.user,
            side=form.side,
            answers=form.answers(),
            vetoes=form.cleaned_data["vetoes"],
        )
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return None
    if not form.sending:
        messages.success(request, _("Your draft is saved. Nobody reads it yet."))
    elif not application.is_draft:
        messages.success(request, _("Saved."))
    return application


def _page(form, way):
    """What the page says around the form, or instead of it."""
    edition, application = form.edition, form.application
    asked = application and application.state == ApplicationState.COMPLEMENT
    refusal = calls.barred(form.person) or (None if asked else calls.closed(edition))
    return {
        "form": form,
        "edition": edition,
        "application": application,
        "former": form.former,
        "way": way,
        "is_mentor": form.side == Side.MENTOR,
        "refusal": refusal,
        "alerts": list(calls.alerts(application)) if application else [],
        "sessions": edition.sessions.coming().select_related("venue"),
    }


def own(request, uuid):
    rows = MentoringApplication.objects.filter(person=request.user)
    rows = rows.select_related(
        "person",
        "profession",
        "territory",
        "edition__officer",
        "edition__season",
        "edition__mentoring",
    )
    return get_object_or_404(rows, uuid=uuid)


def application_detail(request, uuid):
    """All that one wrote, where it stands, and what can be done with it."""
    application = own(request, uuid)
    missing = applications.missing(application) if application.is_writable else []
    labels = [
        str(application._meta.get_field(name).verbose_name).lower() for name in missing
    ]
    context = {
        "application": application,
        "edition": application.edition,
        "way": WAYS[application.side],
        "missing": labels,
        "alerts": list(calls.alerts(application)) if application.is_writable else [],
        "vetoes": application.vetoes.all(),
        "closed": calls.closed(application.edition),
        "may_withdraw": application.is_running or application.is_draft,
    }
    return render(request, "mentoring/application_detail.html", context)


@require_POST
def application_submit(request, uuid):
    """Send it, for the first time or with what was asked."""
    application = own(request, uuid)
    asked = application.state == ApplicationState.COMPLEMENT
    verb = applications.complete if asked else applications.submit
    require(request.user, "mentoring.submit_mentoringapplication", application)
    said = _("Your application is sent. A message confirms it.")
    return _done(request, application, verb, said)


@require_POST
def application_resume(request, uuid):
    application = own(request, uuid)
    require(request.user, "mentoring.resume_mentoringapplication", application)
    said = _("Your application is a draft again: send it before the call closes.")
    return _done(request, application, applications.resume, said)


def _done(request, application, verb, said):
    """Follow the service, and say what came of it on the page of the application."""
    try:
        verb(application, by=request.user)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    except MoveRefused:
        messages.error(request, _("This application has changed in the meantime."))
    else:
        messages.success(request, said)
    return redirect(application)


def application_withdraw(request, uuid):
    """Ask before it is done; a draft is thrown away."""
    application = own(request, uuid)
    require(request.user, "mentoring.withdraw_mentoringapplication", application)
    if not (application.is_running or application.is_draft):
        return redirect(application)
    if request.method == "POST":
        if application.is_draft:
            applications.discard(application, by=request.user)
            messages.success(request, _("Your draft is thrown away."))
            return redirect(application.edition)
        said = _("Your application is withdrawn.")
        return _done(request, application, applications.withdraw, said)
    context = {"application": application, "edition": application.edition}
    return render(request, "mentoring/application_withdraw.html", context)
