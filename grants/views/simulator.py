"""What an aid would come to: no account, nothing kept, the answer in the address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from grants.forms.simulator import SimulatorForm
from grants.models import Scheme
from grants.services import computation, simulation


@login_not_required
def simulator(request, slug):
    """A few figures of a tour, and what the rules of today make of them."""
    schemes = Scheme.objects.visible_to(request.user).filter(takes_applications=True)
    scheme = get_object_or_404(schemes, slug=slug)
    current = scheme.rules_on()
    if current is None:
        raise Http404
    rules = computation.whole(current.pk)
    form = SimulatorForm(request.GET or None, rules=rules)
    simulated = None
    if form.is_valid():
        simulated = simulation.simulate(rules, form.tour())
    context = {"scheme": scheme, "rules": rules, "form": form, "simulated": simulated}
    return render(request, "grants/simulator.html", context)
