"""What applicants read and answer: the thread, and what the house asks of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked, MoveRefused
from grants import addresses, applicant_words
from grants.forms.dialogue import MessageForm
from grants.models import Application
from grants.services import completions, thread


def own(request, uuid):
    """One that the reader writes in: a page of the applicants, not of the team."""
    rows = Application.objects.filter(editors__person=request.user)
    rows = rows.select_related(
        "scheme", "organisation", "sitting__session__activity__officer", "rapporteur"
    )
    return get_object_or_404(rows, uuid=uuid)


def application_thread(request, uuid):
    """What was written on both sides, and a message to write; to read it marks it."""
    application = own(request, uuid)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        require(request.user, "grants.write_application", application)
        if _sent(request, application, form):
            return redirect(addresses.thread(application))
    rows = [] if application.is_draft else thread.messages_of(application)
    if any(one.from_staff and one.read_at is None for one in rows):
        thread.read_by_applicants(application)
    return render(
        request,
        "grants/thread.html",
        {
            "application": application,
            "back": addresses.on_the_site(application),
            "form": form,
            "thread": rows,
        },
    )


def _sent(request, application, form):
    try:
        thread.write(application, body=form.cleaned_data["body"], by=request.user)
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return False
    messages.success(request, _("Your message is sent."))
    return True


def application_completion(request, uuid):
    """What is asked, item by item: done, not done after all, all of it sent back."""
    application = own(request, uuid)
    asked = completions.current(application)
    if request.method == "POST":
        return _pressed(request, application, asked)
    items = applicant_words.items_of(asked, application) if asked else []
    for item in items:
        item.files = list(completions.new_files(item)) if item.is_document else []
    left = [item for item in items if item.answered_at is None]
    context = {
        "application": application,
        "asked": asked,
        "items": items,
        "left": left,
        "back": addresses.on_the_site(application),
        "thread_url": addresses.thread(application),
        "may_send": request.user.has_perm("grants.complete_application", application),
    }
    return render(request, "grants/completion.html", context)


PRESSES = {"done": completions.answer, "undone": completions.take_back}


def _pressed(request, application, asked):
    """One press: an item that is done, or all of it; then the page again."""
    if asked is None:
        messages.error(request, _("This file has changed in the meantime."))
        return redirect(addresses.completion(application))
    try:
        said = _followed(request, application, asked)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    except MoveRefused:
        messages.error(request, _("This file has changed in the meantime."))
    else:
        if said:
            messages.success(request, said)
    return redirect(addresses.completion(application))


def _followed(request, application, asked):
    if "send" in request.POST:
        require(request.user, "grants.complete_application", application)
        completions.complete(application, by=request.user)
        return _("What was asked is sent. The agency looks at it.")
    require(request.user, "grants.answer_application", application)
    for name, press in PRESSES.items():
        pk = request.POST.get(name, "")
        if pk.isdecimal():
            item = get_object_or_404(asked.items, pk=pk[:9])
            item.request = asked
            press(item, by=request.user)
    return ""
