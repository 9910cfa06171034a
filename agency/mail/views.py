"""What one is written about: chosen in one's own space, or refused by one press."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from agency.mail import preferences as choices
from agency.mail.forms import PreferenceForm


def preferences(request):
    form = PreferenceForm(request.POST or None, instance=choices.of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice is saved."))
        return redirect("mail:preferences")
    return render(request, "mail/preferences.html", {"form": form})


# Mail programs press without our cookies (RFC 8058); the token says who, and what.
@csrf_exempt
@never_cache
@login_not_required
def unsubscribe(request, token):
    """One press stops one kind of message; opening the page changes nothing."""
    found = choices.read(token)
    if found is None:
        return render(request, "mail/unsubscribe.html", {"topic": None}, status=404)
    person, topic = found
    done = request.method == "POST"
    if done and person is not None:
        choices.stop(person, topic)
    return render(request, "mail/unsubscribe.html", {"topic": topic, "done": done})
