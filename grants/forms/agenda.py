"""The agenda of a sitting as staff types it, and the day of a second convocation."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin.widgets import LocalMomentField
from agency.core.widgets import QuickNumber, QuickSelect
from grants.choices import Block
from grants.states import PointState

MOST = 9999


class AgendaForm(forms.Form):
    """A block and a position for each of ``points`` that still waits."""

    turn = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, points, turn):
        super().__init__(data, initial={"turn": turn})
        self.points = [one for one in points if one.state == PointState.WAITING]
        for one in self.points:
            file = one.application.number
            self.fields[f"place_{one.pk}"] = forms.IntegerField(
                min_value=1,
                max_value=MOST,
                initial=one.position,
                required=False,
                label=gettext_lazy("Position"),
                widget=QuickNumber(attrs={"aria-label": f"{_('Position')}, {file}"}),
            )
            self.fields[f"block_{one.pk}"] = forms.ChoiceField(
                choices=Block.choices,
                initial=one.block,
                required=False,
                label=gettext_lazy("Block"),
                widget=QuickSelect(attrs={"aria-label": f"{_('Block')}, {file}"}),
            )
            one.place = self[f"place_{one.pk}"]
            one.chosen = self[f"block_{one.pk}"]

    def places(self):
        """{key of a point: (block, position)}; what was left empty stays."""
        given = self.cleaned_data
        return {
            one.pk: (
                given.get(f"block_{one.pk}") or one.block,
                given.get(f"place_{one.pk}") or one.position,
            )
            for one in self.points
        }


class ReconveneForm(forms.Form):
    starts_at = LocalMomentField(label=gettext_lazy("The commission meets at"))
    ends_at = LocalMomentField(label=gettext_lazy("Until"))
    confirmed = forms.BooleanField(
        label=gettext_lazy("The quorum was not met at the first convocation"),
        error_messages={
            "required": gettext_lazy(
                "A second convocation follows a sitting without its quorum: confirm it."
            )
        },
    )
