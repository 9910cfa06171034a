"""Who writes in an application: invite, trust, take off, leave."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked
from grants.choices import EditorRole
from grants.forms.parts import InviteForm
from grants.services import editors
from grants.views.drafts import found


def application_editors(request, uuid):
    """The people of one application; whoever is in charge invites others."""
    application = found(request, uuid)
    require(request.user, "grants.write_application", application)
    may_invite = request.user.has_perm("grants.invite_application", application)
    form = InviteForm(request.POST or None) if may_invite else None
    if request.method == "POST":
        require(request.user, "grants.invite_application", application)
        if form.is_valid() and _invited(request, application, form):
            return redirect("grants:application-editors", application.uuid)
    context = {
        "application": application,
        "form": form,
        "editors": application.editors.select_related("person"),
    }
    return render(request, "grants/application_editors.html", context)


def _invited(request, application, form):
    """The same answer whether or not anybody holds that address."""
    try:
        editors.invite(application, form.cleaned_data["address"], by=request.user)
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return False
    messages.success(
        request,
        _(
            "If this address is that of an account of your organisation, its holder "
            "writes in the application from now on."
        ),
    )
    return True


@require_POST
def editor_change(request, uuid, pk):
    """Give or take the right to send, or take a collaborator off."""
    application = found(request, uuid)
    require(request.user, "grants.invite_application", application)
    rows = application.editors.filter(role=EditorRole.COLLABORATOR)
    editor = get_object_or_404(rows.select_related("person"), pk=pk)
    verb = request.POST.get("do")
    if verb == "remove":
        editors.remove(editor, by=request.user)
        said = _("%(name)s does not write in it any more.")
    elif verb in {"trust", "distrust"}:
        editors.trust(editor, may_submit=verb == "trust", by=request.user)
        said = (
            _("%(name)s may send it.")
            if verb == "trust"
            else _("%(name)s writes in it, and does not send it.")
        )
    else:
        raise Http404
    messages.success(request, said % {"name": editor.person.full_name})
    return redirect("grants:application-editors", application.uuid)


def application_leave(request, uuid):
    """A collaborator goes: it is asked first, for the way back leads through the owner."""
    application = found(request, uuid)
    require(request.user, "grants.write_application", application)
    mine = get_object_or_404(
        application.editors, person=request.user, role=EditorRole.COLLABORATOR
    )
    if request.method == "POST":
        editors.remove(mine, by=request.user)
        messages.success(request, _("You do not write in this application any more."))
        return redirect("pages:own-space")
    context = {"application": application}
    return render(request, "grants/application_leave.html", context)
