"""The reviews of a pair: what one writes for the other, and apart, for the agency."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agency.core.lifecycle import MoveBlocked
from agency.core.sealed_forms import SealedForm
from mentoring.forms.reviews import QUESTIONS, SHARED, AgencyPartForm
from mentoring.models.pair import REVIEWS
from mentoring.sealed_box import box
from mentoring.services import reviews
from mentoring.views.rooms import joined

STAGES = {name: stage for stage, name in REVIEWS.items()}


@joined
def pair_review(request, pair, name):
    """One's own part in writing, then both once both are sent."""
    if name not in STAGES:
        raise Http404
    stage = STAGES[name]
    day = reviews.closes_on(pair, stage)
    own, shared = reviews.found(pair, stage, pair.me)
    why = reviews.hindrance(pair, stage, own if own.pk else None, day)
    forms = None if why else _forms(request, own, shared)
    if request.method == "POST" and forms and _kept(request, pair, forms):
        return redirect(pair if "send" in request.POST else request.path)
    context = {
        "pair": pair,
        "stage": stage,
        "day": day,
        "own": own,
        "own_shared": shared if own.pk else None,
        "other": _other(pair, own),
        "questions": QUESTIONS[stage],
        "marks": own.marks,
        "why": why,
        **(forms or {"sealed": None, "agency_form": None}),
        "box": box(),
    }
    return render(request, "mentoring/pair_review.html", context)


def _other(pair, own):
    """What the other one wrote to be read here, once both have sent."""
    if own.exchanged_at is None:
        return None
    side = "mentee" if pair.me == "mentor" else "mentor"
    return reviews.found(pair, own.stage, side)[1]


def _forms(request, own, shared):
    data = request.POST if request.method == "POST" else None
    labels = QUESTIONS[own.stage]
    sealed = SealedForm(data, row=shared, names=SHARED, by=request.user, labels=labels)
    # A draft may lack an answer; what is sent stays answered, whichever button saves it.
    sending = "draft" not in request.POST or own.sent_at is not None
    return {
        "sealed": sealed,
        "agency_form": AgencyPartForm(data, instance=own, sending=sending),
    }


def _kept(request, pair, forms):
    """Whether both parts were saved, and sent if that is what was pressed."""
    sealed, agency = forms["sealed"], forms["agency_form"]
    # Each, to tell all that is wrong.
    if not all([sealed.is_valid(), agency.is_valid()]):
        return False
    try:
        done = _save(request, pair, sealed, agency)
    except MoveBlocked as refused:
        agency.add_error(None, str(refused))
        return False
    if done:
        messages.success(request, _said(agency.instance))
    return done


def _said(review):
    if review.exchanged_at:
        return _("Both of you have sent your review: you read each other now.")
    if review.sent_at:
        return _("Your review is sent.")
    return _("Your draft is kept.")


@transaction.atomic
def _save(request, pair, sealed, agency):
    stage, by = agency.instance.stage, request.user
    own, sealed.row = reviews.begin(pair, stage, by=by)
    if not sealed.save():
        return False
    for name in agency.fields:
        setattr(own, name, agency.cleaned_data[name])
    own.save(update_fields=list(agency.fields))
    if "send" in request.POST:
        reviews.send(own, by=by)
    agency.instance = own
    return True
