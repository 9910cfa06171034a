"""The charter of a group: who is in it, what one agrees on, one's name under it."""

from django.shortcuts import get_object_or_404, render

from agency.activities.models import Enrolment
from agency.activities.states import EnrolmentState


def enrolment_sign(request, uuid):
    """Who else is in the group, the charter, and the signature that confirms the seat."""
    own = Enrolment.objects.filter(person=request.user, state=EnrolmentState.ACCEPTED)
    enrolment = get_object_or_404(own.select_related("activity"), uuid=uuid)
    context = {"enrolment": enrolment}
    return render(request, "activities/enrolment_sign.html", context)
