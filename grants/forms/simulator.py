"""What the simulator asks: few figures, typed as people type them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.choices import ExpenseKind, TransportMode
from grants.forms.amounts import AmountField
from grants.services.simulation import SET_MODES, Tour, pays


class CountField(forms.IntegerField):
    """A whole number; the message says what it may be."""

    def __init__(self, *, least, most, **kwargs):
        attrs = {"inputmode": "numeric", "data-short": "", "autocomplete": "off"}
        said = {
            "invalid": _("Write a whole number, in figures."),
            "min_value": _("Write %(limit_value)s or more."),
            "max_value": _("Write %(limit_value)s or less."),
        }
        super().__init__(
            min_value=least,
            max_value=most,
            widget=forms.TextInput(attrs=attrs),
            error_messages=said,
            **kwargs,
        )

    def to_python(self, value):
        text = "".join(str(value).split()) if value is not None else value
        if isinstance(text, str) and len(text) > 9:
            raise forms.ValidationError(
                self.error_messages["max_value"],
                code="max_value",
                params={"limit_value": self.max_value},
            )
        return super().to_python(text)


class SimulatorForm(forms.Form):
    """A tour in ten answers; what the rules do not pay is not asked."""

    use_required_attribute = False

    zone = forms.ChoiceField(label=_("Where you play"))
    performances = CountField(
        label=_("How many performances"), least=1, most=100, initial=2
    )
    km = CountField(
        label=_("Kilometres, there and back"),
        help_text=_("Of the whole trip, from your town and back to it."),
        least=1,
        most=40_000,
    )
    mode = forms.ChoiceField(
        label=_("How people travel"),
        choices=TransportMode,
        initial=TransportMode.VAN,
        widget=forms.Select(attrs={"data-short": ""}),
    )
    people = CountField(
        label=_("How many people on the road"), least=1, most=200, initial=4
    )
    set_mode = forms.ChoiceField(
        label=_("How the set travels"),
        required=False,
        choices=[
            ("", _("With the people, or without a set")),
            *[(mode.value, mode.label) for mode in SET_MODES],
        ],
    )
    nights = CountField(
        label=_("Nights"),
        help_text=_("Those of everybody: six people for three nights make eighteen."),
        required=False,
        least=0,
        most=20_000,
    )
    meals = CountField(
        label=_("Meals"),
        help_text=_("Those of everybody."),
        required=False,
        least=0,
        most=40_000,
    )
    host = AmountField(
        label=_("What the host bears (\u20ac)"),
        help_text=_("Trips, nights or meals that it pays for, in euros."),
        required=False,
    )
    requested = AmountField(
        label=pgettext_lazy("simulator", "Aid that you would ask for (\u20ac)"),
        help_text=_("Empty: as much as the rules give."),
        required=False,
    )

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        places = {zone.code: zone.get_code_display() for zone in rules.zones.all()}
        self.fields["zone"].choices = list(places.items())
        for name, kind in (
            ("set_mode", ExpenseKind.TRANSPORT_SET),
            ("nights", ExpenseKind.ACCOMMODATION),
            ("meals", ExpenseKind.MEALS),
        ):
            if not pays(rules, kind):
                del self.fields[name]
        if not rules.deduct_host:
            del self.fields["host"]

    def tour(self):
        """The ``Tour`` that was typed."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return Tour(**said | {"requested": self.cleaned_data["requested"]})
