"""What the home page says of aid: for what one may apply now, and until when."""

from django.db.models import Prefetch

from agency.core.clock import now
from agency.pages import registry
from grants.models import Scheme
from grants.services import schemes

SHOWN = 3


def panel(_user):
    """The sittings that take applications, the nearest deadline first; two queries."""
    offered = Scheme.objects.public().filter(takes_applications=True).order_by("name")
    rows = schemes.sittings().filter(opens_at__lte=now(), deadline_at__gte=now())
    rows = rows.prefetch_related(None).prefetch_related(
        Prefetch("schemes", offered, to_attr="offered")
    )
    found = [one for one in rows.order_by("deadline_at", "pk")[:SHOWN] if one.offered]
    return {"sittings": found} if found else None


def declare():
    registry.add_home("grants/panels/home.html", panel, order=10)
