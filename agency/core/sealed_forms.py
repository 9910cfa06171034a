"""The form in which sealed texts are written: with the tag ``unsealed``, all that reads.

What no key opens is never overwritten: its form has no field, says why, and saves
nothing. Two people on one text: the second is told, and what they typed stays.
"""

from hashlib import sha256

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agency.core.sealed import WrongKey

# As many characters as one types about one meeting; the field itself takes more.
LONGEST = 8000


class SealedForm(forms.Form):
    """The sealed texts ``names`` of ``row``, for ``by``, who must be their reader.

    ``labels`` and ``rows`` say more of each; a name in ``required`` cannot be empty.
    Raises PermissionDenied for anybody else.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row, names, by, required=(), labels=None):
        super().__init__(data)
        self.row, self.names = row, tuple(names)
        self.unreadable = False
        texts = self._open(by)
        if self.unreadable:
            return
        self.fields["seen"].initial = self._print(row)
        for name in self.names:
            label = (labels or {}).get(name) or row._meta.get_field(name).verbose_name
            self.fields[name] = forms.CharField(
                label=capfirst(str(label)),
                required=name in required,
                max_length=LONGEST,
                initial=texts[name],
                widget=forms.Textarea(attrs={"rows": 6, "data-wide": True}),
            )

    def _open(self, by):
        """Every text, or none: what one key opens and another does not is not edited."""
        try:
            return {name: getattr(self.row, name).read(by=by) for name in self.names}
        except WrongKey:
            self.unreadable = True
            return {}

    def _print(self, row):
        tokens = [getattr(row, name).token for name in self.names]
        return sha256(b"|".join(tokens)).hexdigest()[:16]

    def clean(self):
        if self.unreadable:
            raise forms.ValidationError(
                _(
                    "No key opens what is written here: nothing was saved, and nothing "
                    "is lost. The agency puts the right key back."
                )
            )
        return super().clean()

    def save(self):
        """Write the texts and return True; False, with an error, when they have changed.

        The row is held meanwhile: of two who save at once, the second is told.
        """
        if self.unreadable:
            raise PermissionDenied
        with transaction.atomic():
            rows = type(self.row)._base_manager.filter(pk=self.row.pk)
            rows.update(**{name: F(name) for name in self.names})
            fresh = rows.get()
            if self._print(fresh) != self.cleaned_data["seen"]:
                return self._told(fresh)
            for name in self.names:
                setattr(self.row, name, self.cleaned_data[name].strip())
            self.row.save(update_fields=self.names)
        return True

    def _told(self, fresh):
        self.add_error(
            None,
            _(
                "The other one saved this text in the meantime: read it in another "
                "window, put the two together here, then save again."
            ),
        )
        # To save once more is to write over what is there.
        self.data = self.data.copy()
        self.data["seen"] = self._print(fresh)
        return False
