"""Places that the apps fill: the navigation of the site, the panels of the own space.

An app that is not there leaves no empty room and no dead link.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """A place in the navigation; the smaller ``order`` comes first."""

    label: str
    url_name: str
    order: int

    @property
    def url(self):
        return reverse(self.url_name)


@dataclass(frozen=True)
class Panel:
    """A chapter of the own space, or of the home page.

    ``load`` takes the person (on the home page, whoever reads) and returns the context of ``template``, or None when
    there is nothing to show.
    """

    template: str
    load: Callable
    order: int


@dataclass(frozen=True)
class Task:
    """A thing to do in the own space: what, a sentence about it, where, by when."""

    title: str
    detail: str
    url: str
    word: str
    shape: str = "todo"


_entries: list[Entry] = []
_panels: list[Panel] = []
_home: list[Panel] = []
_todos: list[Callable] = []
_stories: list[Callable] = []


def add_entry(label, url_name, *, order):
    _entries.append(Entry(label, url_name, order))


def navigation():
    return sorted(_entries, key=lambda entry: entry.order)


def add_panel(template, load, *, order):
    _panels.append(Panel(template, load, order))


def add_home(template, load, *, order):
    """``load`` takes whoever reads the home page."""
    _home.append(Panel(template, load, order))


def panels(person):
    """The chapters of this person's space, each as (template, context)."""
    return _loaded(_panels, person)


def home(user):
    """The chapters that the apps add to the home page."""
    return _loaded(_home, user)


def _loaded(panels, person):
    loaded = (
        (panel.template, panel.load(person))
        for panel in sorted(panels, key=lambda panel: panel.order)
    )
    return [
        {"template": template, "context": context}
        for template, context in loaded
        if context is not None
    ]


def add_todo(load):
    """``load`` takes the person and returns a list of ``Task``."""
    _todos.append(load)


def todo(person):
    """What this person has to do."""
    return [task for load in _todos for task in load(person)]


def add_story(tell):
    """A chapter of the demo: ``tell(book, script, day)`` notes its scenes."""
    _stories.append(tell)


def stories():
    """The chapters that the apps add to the demo."""
    return tuple(_stories)
