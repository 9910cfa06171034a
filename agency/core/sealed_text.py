"""What is written in a sealed room: a text that only its readers can open.

The agency's team is outside (references/people.md, c5): whatever prints, compares,
exports or logs a row meets a mute value. The text comes out of ``read`` alone, which
asks the rule of the room first.
"""

from django.core.exceptions import FieldError, PermissionDenied, ValidationError
from django.db import models

from agency.core.sealed import opens, seal, unseal

MUTE = "[scell\u00e9]"
# Far more than anybody types about one meeting; the database sees ciphertext alone.
LONGEST = 20_000


class SealedText:
    """One text in its envelope; ``""`` has no envelope at all.

    ``room`` is the row it lies in, ``permission`` what its reader must have on it.
    """

    __slots__ = ("_permission", "_room", "token")

    def __init__(self, token, room=None, permission=""):
        self.token = bytes(token)
        self._room = room
        self._permission = permission

    @classmethod
    def of(cls, text):
        """The envelope of ``text``, closed at once with the newest key."""
        return cls(seal(text) if text else b"")

    def read(self, *, by):
        """The text, for a reader of the room.

        Raises PermissionDenied for anybody else, superusers included, and WrongKey when
        no key of SEALED_TEXT_KEYS opens it.
        """
        if self._room is None or not by.has_perm(self._permission, self._room):
            raise PermissionDenied
        return unseal(self.token) if self.token else ""

    def opens(self):
        """Whether a key opens it, or there is nothing to open; nobody reads it."""
        return not self.token or opens(self.token)

    def __bool__(self):
        return bool(self.token)

    def __str__(self):
        return MUTE

    __repr__ = __str__

    def __eq__(self, other):
        return isinstance(other, SealedText) and self.token == other.token

    # The same text has another envelope each time: nothing may count on its identity.
    __hash__ = None

    def __reduce__(self):
        # What is pickled travels: to a cache, a session, the arguments of a task.
        raise TypeError("a sealed text does not leave its row")


class _Opening:
    """Hands out the envelope with its room, and closes whatever text is put in."""

    def __init__(self, field):
        self.field = field

    def __get__(self, row, owner=None):
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        token = row.__dict__[self.field.attname]
        return SealedText(token, row, self.field.permission_of(row))

    def __set__(self, row, value):
        row.__dict__[self.field.attname] = self.field.token_of(value)


class SealedTextField(models.BinaryField):
    """A text encrypted at rest. ``permission`` opens it: ``mentoring.read_pairmeeting``.

    Put a ``str`` in, get a ``SealedText`` out. Nothing filters, orders or compares by
    it but ``isnull``; no form is made for it, and it is never shown on the desk.
    """

    def __init__(self, *args, permission="", **kwargs):
        self.permission = permission
        kwargs |= {"editable": False, "default": b"", "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for said in ("editable", "default", "blank"):
            kwargs.pop(said, None)
        if self.permission:
            kwargs["permission"] = self.permission
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _Opening(self))

    def permission_of(self, row):
        """What a reader of ``row`` must have: its own, or ``app.read_model``."""
        meta = row._meta.concrete_model._meta
        return self.permission or f"{meta.app_label}.read_{meta.model_name}"

    def token_of(self, value):
        """What is stored for ``value``: a text, an envelope, or stored bytes."""
        if isinstance(value, str):
            if len(value) > LONGEST:
                raise ValidationError(f"more than {LONGEST} characters")
            return SealedText.of(value).token
        if isinstance(value, SealedText):
            return value.token
        return bytes(value or b"")

    # -- the database -----------------------------------------------------------
    def get_prep_value(self, value):
        return super().get_prep_value(self.token_of(value))

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self} is sealed: nothing looks inside")

    def get_transform(self, lookup_name):
        raise FieldError(f"{self} is sealed: nothing looks inside")

    # -- whatever writes rows down ------------------------------------------------
    def value_to_string(self, obj):
        return MUTE

    def to_python(self, value):
        return value

    def get_default(self):
        return b""


def sealed_fields():
    """(model, field) of every sealed text of the house."""
    from django.apps import apps  # models are loaded by now

    return [
        (model, field)
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, SealedTextField)
    ]
