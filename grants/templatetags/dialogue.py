"""What a page of an application says of the dialogue about it, whatever its view gave."""

from dataclasses import dataclass, field

from django import template

from grants import addresses, applicant_words
from grants.services import completions, thread

register = template.Library()
LAST = 2


@dataclass
class Dialogue:
    """``asked``: what is asked now, with its ``items``; the thread: last ones, counts."""

    asked: object = None
    items: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    total: int = 0
    unread: int = 0

    @property
    def left(self):
        return [item for item in self.items if item.answered_at is None]


@register.simple_tag
def completion_of(application):
    """What is asked of the applicants now: nothing in most states, and no query then."""
    asked = completions.current(application)
    if asked is None:
        return None
    return Dialogue(asked=asked, items=applicant_words.items_of(asked, application))


@register.simple_tag
def thread_of(application):
    """The last messages, and how many the applicants have not read; None in a draft."""
    if application.is_draft:
        return None
    every = thread.messages_of(application)
    new = [one for one in every if one.from_staff and one.read_at is None]
    return Dialogue(messages=every[-LAST:], total=len(every), unread=len(new))


@register.filter
def public_state(application):
    """Where an application stands, as its applicants read it."""
    return applicant_words.state(application)


@register.filter
def page_of(application):
    return addresses.on_the_site(application)
