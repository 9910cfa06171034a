"""Widgets for pages that draw many: each from its parts, without a template of its own.

Django renders a template for every option of every list. What is drawn here is the same,
tested against it.
"""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join


def tag_of(option):
    """The ``<input>`` of a radio or a box, ``option`` being what a widget says of it."""
    return _input(option, option["value"])


def _input(drawn, value):
    written = "" if value is None else format_html(' value="{}"', value)
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        drawn["type"],
        drawn["name"],
        written,
        flatatt(drawn["attrs"]),
    )


class QuickSelect(forms.Select):
    """A list to choose from, without groups."""

    def render(self, name, value, attrs=None, renderer=None):
        drawn = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (one["value"], flatatt(one["attrs"]), one["label"])
                for _group, some, _index in drawn["optgroups"]
                for one in some
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>',
            drawn["name"],
            flatatt(drawn["attrs"]),
            options,
        )


class QuickNumber(forms.NumberInput):
    """A number."""

    def render(self, name, value, attrs=None, renderer=None):
        drawn = self.get_context(name, value, attrs)["widget"]
        return _input(drawn, drawn["value"])
