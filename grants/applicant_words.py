"""An application in the words of whoever applies: where it stands, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core import dates
from grants import addresses, sections
from grants.forms.pages import WAY_OF
from grants.services import completions
from grants.states import PRESENTED, PUBLIC, ApplicationState

S = ApplicationState
NEXT = {
    S.SUBMITTED: gettext_lazy("The agency checks that the file is complete."),
    S.ADMISSIBLE: gettext_lazy("The agency studies the file. Nothing is asked of you."),
    S.INSTRUCTION: gettext_lazy(
        "The agency studies the file. Nothing is asked of you."
    ),
    S.READY: gettext_lazy("The agency studies the file. Nothing is asked of you."),
    **dict.fromkeys(
        PRESENTED,
        gettext_lazy("The commission reads the file. Nothing is asked of you."),
    ),
    S.INADMISSIBLE: gettext_lazy("The reason is on its page."),
    S.CLOSED: gettext_lazy("Nothing came in time: it is not presented."),
}


@dataclass(frozen=True)
class Step:
    """The next thing: a sentence, its date if there is one, where, whether it is theirs."""

    words: str
    url: str
    by: date | datetime | None = None
    is_theirs: bool = False


def state(application, asked=None):
    """The public state, with its date where it has one."""
    words = str(PUBLIC[application.state])
    if application.state == S.COMPLETION:
        asked = asked or completions.current(application)
        return words % (dates.day(asked.due_on) if asked else "\u2013")
    if application.state in PRESENTED:
        return words % dates.day_year(application.sitting.meets_at)
    return words


def step(application, asked=None, closes_at=None):
    """What comes next, of an application in any state."""
    page = addresses.on_the_site(application)
    if application.is_draft:
        return Step(_("Finish it and send it."), page, closes_at, is_theirs=True)
    if application.state == S.COMPLETION and asked:
        words = _("Give what is asked, then send it back.")
        url = addresses.completion(application)
        return Step(words, url, asked.due_on, is_theirs=True)
    return Step(str(NEXT.get(application.state, "")), page)


def items_of(asked, application):
    """What is asked, item by item, each with the name of what it is about."""
    named = sections.targets(application)
    items = list(asked.items.order_by("pk"))
    for item in items:
        item.named = named.get(item.target, "")
        item.is_document = item.target.startswith(sections.DOCUMENT)
        item.url = where_to_write(application, item.target)
    return items


def where_to_write(application, target):
    """Where its authors write what ``target`` names, or give that document."""
    kind, _colon, name = target.partition(":")
    if f"{kind}:" == sections.DOCUMENT:
        return reverse("grants:paper-give", args=[application.uuid, name])
    way = WAY_OF.get(name)
    if way is None:
        return ""
    return reverse("grants:application-part", args=[application.uuid, way])
