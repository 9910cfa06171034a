from django import forms
from django.template import Context, Template

WORDS = "{% load plateau %}"


class Letter(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur vos papiers.")
    note = forms.CharField(
        label="Mot", required=False, widget=forms.Textarea(attrs={"placeholder": "Mot"})
    )
    way = forms.ChoiceField(
        label="Voie",
        choices=[("a", "Sur place"), ("b", "À distance")],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label="Oui")


def render(source, **context):
    return Template(WORDS + source).render(Context(context))


def test_field_ties_hint_and_error_to_its_control():
    html = str(Letter({})["name"].as_field_group())

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_error_of_a_field_says_that_it_is_one():
    html = str(Letter({})["name"].as_field_group())

    assert '<p class="error">Erreur\u202f: ' in html


def test_field_without_obligation_says_so():
    form = Letter()

    assert "(facultatif)" in str(form["note"].as_field_group())
    assert "(facultatif)" not in str(form["name"].as_field_group())


def test_placeholder_does_not_repeat_the_label():
    assert "placeholder" not in str(Letter()["note"].as_field_group())


def test_choices_stand_in_a_fieldset_each_with_its_label():
    html = str(Letter()["way"].as_field_group())

    assert "<legend>Voie</legend>" in html
    assert html.count('class="check"') == 2


def test_single_box_stands_inside_its_label():
    html = str(Letter()["agreed"].as_field_group())

    assert '<label class="check" for="id_agreed"><input type="checkbox"' in html


def test_form_renders_its_fields_without_paragraphs():
    html = str(Letter())

    assert html.count('class="field"') == 4
    assert "<p>" not in html


def test_summary_counts_and_links_to_each_field():
    form = Letter({"note": "bonjour"})

    html = render('{% include "components/errors.html" %}', form=form)

    assert "Trois r\u00e9ponses \u00e0 reprendre" in html
    assert [f'href="#id_{name}"' in html for name in ("name", "way", "agreed")] == [
        True,
        True,
        True,
    ]


def test_summary_of_one_error_is_singular():
    form = Letter({"name": "x", "way": "a"})

    html = render('{% include "components/errors.html" %}', form=form)

    assert "Une r\u00e9ponse \u00e0 reprendre" in html


def test_summary_of_what_concerns_the_whole_form_promises_nothing():
    form = Letter({"name": "x", "way": "a", "agreed": "on"})
    form.add_error(None, "Trop tard.")

    html = render('{% include "components/errors.html" %}', form=form)

    assert "Une chose \u00e0 r\u00e9gler" in html
    assert "Rien n\u2019est perdu" not in html


def test_summary_is_absent_from_a_form_without_errors():
    assert render('{% include "components/errors.html" %}', form=Letter()).strip() == ""


def test_typed_markup_stays_text():
    form = Letter({"name": "<script>", "way": "a"})

    assert "<script>" not in str(form)
