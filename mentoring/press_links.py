"""The link of a reminder: whoever reads the mail answers, once, without signing in.

It is good for one of the two, of one pair, about one silence, for a month. All that it
can do is to note that they met, to set a date or to ask for help; it opens nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.core.clock import today
from mentoring.choices import Side
from mentoring.models import NudgeSent

SALT = "mentoring.press_links"
# What stands in the address of the page, in place of the token.
KEPT = "repondre"
GOOD_FOR = timedelta(days=30)


class Answer(TextChoices):
    """The three buttons; the value stands in addresses."""

    MET = "vus", _("We have met")
    DATE = "date", _("A date is set")
    HELP = "aide", _("We need help")


def session_key(uuid):
    """Where the session keeps the token of one reminder; another has its own."""
    return f"nudge_{uuid}"


def token(nudge, side):
    """Good for this person, this pair and this silence: another has another."""
    person = nudge.pair.person_of(side)
    said = f"{nudge.uuid}.{side}.{person.uuid}"
    return signing.Signer(salt=SALT).signature(said).replace(":", "")


def link(nudge, side):
    """What the address of each answer begins with; its ``Answer`` and ``/`` follow."""
    args = [nudge.uuid, token(nudge, side), Answer.MET]
    path = reverse("mentoring:nudge-answer", args=args)
    return f"{settings.SITE_URL}{path}".removesuffix(f"{Answer.MET}/")


def found(uuid, given):
    """(the reminder, the side it was written to) of a token of ours; None if forged."""
    rows = NudgeSent.objects.select_related(
        "pair__mentor", "pair__mentee", "pair__activity__officer"
    )
    nudge = rows.filter(uuid=uuid).first()
    if nudge is None:
        return None
    for side in Side:
        same = signing.constant_time_compare(token(nudge, side), given)
        if same and nudge.pair.person_of(side).erased_at is None:
            return nudge, side
    return None


def is_stale(nudge):
    """Whether its month is over."""
    return today() > nudge.sent_on + GOOD_FOR
