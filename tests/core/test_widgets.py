"""A widget drawn from its parts is the one that Django draws by its templates."""

import pytest
from django import forms
from django.test.html import parse_html as parsed

from agency.core.widgets import QuickNumber, QuickSelect, tag_of

CHOICES = [("", "Rien"), ("a&b", "A & « B »"), ("c", "C")]


def drawn(widget, value, attrs=None):
    return parsed(widget.render("champ", value, attrs))


@pytest.mark.parametrize("value", ["", None, "a&b", "inconnu"])
@pytest.mark.parametrize("attrs", [None, {"aria-label": "L’une", "required": True}])
def test_a_list(value, attrs):
    quick, slow = QuickSelect(choices=CHOICES), forms.Select(choices=CHOICES)

    assert drawn(quick, value, attrs) == drawn(slow, value, attrs)


@pytest.mark.parametrize("value", [None, "", 0, 12, 'douze">'])
def test_a_number(value):
    attrs = {"min": 1, "aria-invalid": "true", "disabled": False}

    assert drawn(QuickNumber(), value, attrs) == drawn(
        forms.NumberInput(), value, attrs
    )


@pytest.mark.parametrize("value", [None, "a&b"])
@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_an_option(kind, value):
    class Form(forms.Form):
        champ = forms.ChoiceField(choices=CHOICES, widget=kind({"class": "x"}))

    for one in Form(initial={"champ": value})["champ"]:
        assert parsed(tag_of(one.data)) == parsed(one.tag())
