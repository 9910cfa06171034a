"""One's own pages: profile, places of work, personal data; and the way in by invitation."""

import contextlib

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agency.core import journal
from agency.core.clock import today
from agency.core.models import Stale
from agency.people import claims, consents, privacy
from agency.people.forms import AffiliationForm, ClaimForm, EraseForm, ProfileForm
from agency.people.models import Organisation, Person
from agency.people.services import accounts, agreements, directory, erasure

# Names offered while one types; all the others are found by typing them whole.
OFFERED = 500


def profile_edit(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except Stale:
            # Between our reading and our writing: read again, the form says by whom.
            form = ProfileForm(request.POST, instance=_as_it_is_now(request.user))
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("people:profile-edit")
    current, past = directory.places_of_work(request.user)
    context = {"form": form, "affiliations": current, "past_affiliations": past}
    return render(request, "people/profile_form.html", context)


def _as_it_is_now(person):
    return Person.objects.get(pk=person.pk)


def affiliation_create(request):
    form = AffiliationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        directory.affiliate(request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your affiliation is saved."))
        return redirect("people:profile-edit")
    return _affiliation_page(request, form, None)


def affiliation_edit(request, number):
    affiliation = _own_affiliation(request, number)
    form = AffiliationForm(request.POST or None, affiliation=affiliation)
    if request.method == "POST" and form.is_valid():
        directory.change_affiliation(affiliation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your affiliation is saved."))
        return redirect("people:profile-edit")
    return _affiliation_page(request, form, affiliation)


def _names_offered():
    return Organisation.objects.present().values_list("name", flat=True)[:OFFERED]


@require_POST
def affiliation_end(request, number):
    directory.end_affiliation(_own_affiliation(request, number), by=request.user)
    messages.success(request, _("This affiliation is over; it stays in your profile."))
    return redirect("people:profile-edit")


def _own_affiliation(request, number):
    affiliation = directory.place_of_work(request.user, number)
    if affiliation is None:
        raise Http404
    return affiliation


def _affiliation_page(request, form, affiliation):
    context = {
        "form": form,
        "affiliation": affiliation,
        "asks_kind": form.asks_kind,
        "organisations": _names_offered(),
    }
    return render(request, "people/affiliation_form.html", context)


def personal_data(request):
    context = {"entries": erasure.summary(request.user)}
    return render(request, "people/personal_data.html", context)


@reauthentication_required
def personal_data_export(request):
    journal.record(request.user, "export", by=request.user)
    response = JsonResponse(
        erasure.export(request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    filename = f"mes-donnees-{today():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@reauthentication_required
def personal_data_erase(request):
    person, typed = request.user, request.POST if request.method == "POST" else None
    form, blockers = EraseForm(typed), privacy.blockers(person)
    if form.is_valid() and not blockers:
        try:
            erasure.erase(person, by=person)
        except erasure.ErasureRefused as refused:
            blockers = refused.args
        else:
            logout(request)
            messages.success(
                request, _("Your data is erased. Thank you for your time.")
            )
            return redirect("pages:home")
    context = {"form": form, "blockers": blockers}
    return render(request, "people/erase_confirm.html", context)


@never_cache
@login_not_required
@sensitive_post_parameters("password")
def claim(request, uidb36, token):
    first = token != claims.KEPT
    person = claims.person_of(uidb36, token if first else claims.kept(request))
    if person and first:
        claims.keep(request, token)
        return redirect("people:claim", uidb36, claims.KEPT)
    if person is None:
        # Forged, used, replaced or too old: one page for all four.
        context = {"form": None, "person": None}
        return render(request, "people/claim_form.html", context, status=404)
    form = ClaimForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        return _open(request, person, form.cleaned_data["password"])
    return render(request, "people/claim_form.html", {"form": form, "person": person})


def _open(request, person, password):
    try:
        accounts.claim(person, password=password)
    except accounts.Refused as refused:
        messages.error(request, str(refused))
        return redirect("account_login")
    logout(request)
    # They have just chosen it: asking for it again at once would teach nothing.
    record_authentication(
        request, person, "password", email=person.email, reauthenticated=True
    )
    return perform_login(request, Login(user=person, email=person.email))


@never_cache
@login_not_required
def merge_consent(request, pk, token):
    first = token != consents.KEPT
    consent = consents.find(pk, token if first else consents.kept(request))
    if consent and first:
        consents.keep(request, token)
        return redirect("people:merge-consent", pk, consents.KEPT)
    done = consent is not None and request.method == "POST" and _agreed(consent)
    context = {"consent": consent, "done": done}
    status = 200 if consent else 404
    return render(request, "people/merge_consent.html", context, status=status)


def _agreed(consent):
    """Noted now, or a moment ago in another tab."""
    with contextlib.suppress(accounts.Refused):
        agreements.agree(consent)
    return True
