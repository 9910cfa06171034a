"""A sealed text is mute: whatever touches its row without its readers' right learns nothing."""

import copy
import json
import logging
import pickle
import traceback

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldError, PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from agency.core.sealed import WrongKey
from agency.core.sealed_text import LONGEST, MUTE, SealedText, SealedTextField

MARKER = "mot-de-passe-du-coeur"


class Reader:
    def has_perm(self, permission, row):
        return permission == "core.read_note"


READER, STRANGER = Reader(), AnonymousUser()


@pytest.fixture
def note_model():
    with isolate_apps("agency.core"):

        class Note(models.Model):
            text = SealedTextField()
            title = models.CharField(max_length=20)

            class Meta:
                app_label = "core"

            def __str__(self):
                return self.title

        yield Note


@pytest.fixture
def note(note_model):
    return note_model(text=MARKER, title="rendez-vous")


def test_a_reader_of_the_room_reads(note):
    assert note.text.read(by=READER) == MARKER


def test_nobody_else_reads(note):
    with pytest.raises(PermissionDenied) as refused:
        note.text.read(by=STRANGER)

    assert MARKER not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "shown",
    [str, repr, "{}".format, "%s".__mod__, lambda text: json.dumps(str(text))],
)
def test_every_way_to_print_it_says_that_it_is_sealed(note, shown):
    assert MUTE in shown(note.text) or "scell" in shown(note.text)
    assert MARKER not in shown(note.text)


def test_it_is_no_json(note):
    with pytest.raises(TypeError):
        json.dumps({"text": note.text}, cls=DjangoJSONEncoder)


@pytest.mark.parametrize("travel", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_leave_its_row(note, travel):
    with pytest.raises(TypeError, match="does not leave"):
        travel(note.text)


def test_its_row_in_a_cache_holds_the_envelope_alone(note):
    assert MARKER.encode() not in repr(note.__dict__).encode()


def test_a_log_and_an_error_report_do_not_have_it(note, caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("agency").info("saved %s with %r", note.text, note.__dict__)

    assert MARKER not in caplog.text


def test_serializers_write_that_it_is_sealed(note):
    [field] = [one for one in note._meta.fields if one.name == "text"]

    assert field.value_to_string(note) == MUTE


def test_no_form_is_made_for_it(note_model):
    assert list(modelform_factory(note_model, fields="__all__").base_fields) == [
        "title"
    ]


@pytest.mark.parametrize("lookup", ["text", "text__contains", "text__startswith"])
def test_nothing_looks_inside(note_model, lookup):
    with pytest.raises(FieldError):
        str(note_model.objects.filter(**{lookup: MARKER}).query)


def test_what_is_empty_has_no_envelope(note_model):
    empty = note_model(text="")

    assert not empty.text
    assert empty.text.token == b""
    assert empty.text.read(by=READER) == ""


def test_the_same_text_has_another_envelope_each_time(note_model):
    assert note_model(text=MARKER).text.token != note_model(text=MARKER).text.token


def test_an_envelope_opens_in_its_room_alone(note):
    loose = SealedText(note.text.token)

    with pytest.raises(PermissionDenied):
        loose.read(by=READER)


def test_a_text_without_end_is_refused(note):
    with pytest.raises(ValidationError):
        note.text = "x" * (LONGEST + 1)


def test_a_lost_key_raises_and_hands_nothing_back(note, settings):
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(WrongKey) as refused:
        note.text.read(by=READER)

    assert note.text.token.decode() not in str(refused.value)
