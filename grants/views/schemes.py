"""What the house pays for, as everybody reads it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from grants import wording
from grants.models import Scheme
from grants.services import schemes
from grants.states import RulesState


@login_not_required
def scheme_list(request):
    """Every scheme, the nearest deadline first."""
    offers = [
        {"offer": offer, "glance": wording.at_a_glance(offer.rules)}
        for offer in schemes.on_offer(request.user)
    ]
    nearest = next((row["offer"] for row in offers if row["offer"].sitting), None)
    context = {"offers": offers, "nearest": nearest}
    return render(request, "grants/scheme_list.html", context)


@login_not_required
def scheme_detail(request, slug):
    """What it pays today, for whom, and until when one applies."""
    scheme = _scheme(request.user, slug)
    versions = _versions(scheme)
    published = [one for one in versions if one.state == RulesState.PUBLISHED]
    rules = schemes.shown_of(published)
    if rules is None:
        raise Http404
    return render(request, "grants/scheme_detail.html", page(rules, versions))


@login_not_required
def scheme_version(request, slug, number):
    """The rules as they were, or as they will be, by their number."""
    scheme = _scheme(request.user, slug)
    versions = _versions(scheme)
    rules = next((one for one in versions if one.number == number), None)
    if rules is None:
        raise Http404
    context = page(rules, versions) | {"is_by_number": True}
    return render(request, "grants/scheme_detail.html", context)


def _scheme(user, slug):
    return get_object_or_404(Scheme.objects.visible_to(user), slug=slug)


def _versions(scheme):
    """Those that are known outside the house, the newest first."""
    seen = scheme.versions.exclude(state=RulesState.DRAFT)
    return list(seen.order_by("-number"))


def page(rules, versions=None):
    """What the page of these rules shows; the desk previews a draft with it."""
    rules = schemes.whole(rules)
    scheme = rules.scheme
    versions = _versions(scheme) if versions is None else versions
    calendar = list(schemes.calendar_of(scheme))
    return {
        "scheme": scheme,
        "rules": rules,
        "versions": versions,
        "is_current": rules.is_in_force,
        "calendar": calendar,
        "next_sitting": next((one for one in calendar if one.is_to_come), None),
        "caps": wording.caps(rules),
        "payment": wording.payment(rules),
        "deliberation": wording.deliberation(rules),
        "zones": [(wording.zone_name(one), one) for one in rules.zones.all()],
        "expenses": _expenses(rules),
        "refused": [one for one in rules.expense_categories.all() if not one.eligible],
        "papers": [(one, wording.when_needed(one)) for one in rules.requirements.all()],
    }


def _expenses(rules):
    """Each kind of expense that is paid, with its rates and what each is for."""
    return [
        (
            category,
            [
                (wording.scale_name(scale), scale, wording.since(scale))
                for scale in category.scales.all()
            ],
        )
        for category in rules.expense_categories.all()
        if category.eligible
    ]
