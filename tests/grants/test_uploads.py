"""What is given as a paper: kept when it is one, else refused with a sentence."""

import socket
import struct
import threading
from io import BytesIO

import pytest
from PIL import Image

from grants.choices import Scan
from grants.uploads import virus
from grants.uploads.content import LARGEST, PaperRefused, content_of, named
from tests.grants import files
from tests.grants.files import upload


def refusal(data, name="rib.pdf"):
    with pytest.raises(PaperRefused) as refused:
        content_of(upload(data, name))
    return str(refused.value)


def test_a_pdf_is_kept_to_the_byte():
    data = files.pdf()

    content = content_of(upload(data))

    assert (content.data, content.media_type) == (data, "application/pdf")


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [("PNG", "rib.png", "image/png"), ("JPEG", "rib.jpg", "image/jpeg")],
)
def test_a_picture_is_drawn_anew(kind, name, media_type):
    data = files.picture(kind) + b"<script>alert(1)</script>"

    content = content_of(upload(data, name))

    assert content.media_type == media_type
    assert b"script" not in content.data
    assert Image.open(BytesIO(content.data)).size == (60, 40)


def test_a_picture_keeps_neither_place_nor_camera():
    out, known = BytesIO(), Image.Exif()
    known[0x010F] = "Un appareil"
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=known)

    content = content_of(upload(out.getvalue(), "photo.jpg"))

    assert b"Un appareil" not in content.data


def test_what_is_empty_is_refused():
    assert refusal(b"") == "Ce fichier est vide\u202f: choisissez-le à nouveau."


class Enormous:
    """200 MB that nobody may read into memory."""

    name, size = "scan.pdf", 200 * 2**20

    def read(self, *_args):
        raise AssertionError("read into memory")


def test_200_megabytes_are_refused_unread():
    with pytest.raises(PaperRefused) as refused:
        content_of(Enormous())

    assert "plus de 20" in str(refused.value)


def test_the_largest_is_still_looked_at():
    assert "PDF" in refusal(b"x" * LARGEST)


def test_told_from_its_content_not_from_its_name():
    assert "quel que soit son nom" in refusal(b"MZ\x90\x00 programme", "rib.pdf")
    assert "quel que soit son nom" in refusal(b"<html><script>", "photo.png")
    content = content_of(upload(files.picture("PNG"), "rib.pdf"))
    assert (content.media_type, content.name) == ("image/png", "rib.png")


def test_an_archive_is_refused_unopened():
    said = refusal(files.zip_bomb(), "pieces.zip")

    assert "archive" in said
    assert "un par un" in said


def test_a_picture_that_says_it_is_a_picture():
    assert "image" in refusal(b"\xff\xd8\xff" + b"0" * 400, "photo.jpg").lower()


def test_a_picture_bomb_is_refused_undrawn():
    assert "trop grande" in refusal(files.png_bomb(), "photo.png")


def test_a_pdf_bomb_is_refused():
    data = files.pdf_bomb()

    assert len(data) < LARGEST / 10
    assert "se déplie" in refusal(data)


@pytest.mark.parametrize(
    "make", [files.scripted_pdf, files.launching_pdf, files.carrying_pdf]
)
def test_a_pdf_that_does_something_is_refused(make):
    assert "script" in refusal(make())


def test_a_locked_pdf_is_refused():
    assert "mot de passe" in refusal(files.locked_pdf())


@pytest.mark.parametrize("data", [b"%PDF-1.7\nrien", b"%PDF-1.4 " + b"\x00" * 3000])
def test_a_damaged_pdf_is_refused(data):
    assert "abîmé" in refusal(data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("rib.pdf", "rib.pdf"),
        ("C:\\Bureau\\rib.PDF", "rib.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        (".pdf", "pdf.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_the_name_is_that_of_a_file(given, kept):
    assert named(given, "application/pdf") == kept


# --- The virus scanner ---------------------------------------------------------------
@pytest.fixture
def clamav(settings):
    """A scanner that listens here, and finds what is called a virus."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    thread = threading.Thread(target=_scan_one, args=(server,), daemon=True)
    thread.start()
    yield
    server.close()
    thread.join(5)


def _scan_one(server):
    client, _address = server.accept()
    with client, client.makefile("rb") as asked:
        assert asked.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack(">I", asked.read(4))[0]:
            data += asked.read(size)
        found = b"EICAR" in data
        client.sendall(b"stream: Eicar FOUND\0" if found else b"stream: OK\0")


def test_without_a_scanner_nothing_is_scanned():
    assert virus.scan(b"x") == Scan.SKIPPED


def test_the_scanner_finds_nothing(clamav):
    assert virus.scan(b"x" * 200_000) == Scan.CLEAN


def test_the_scanner_finds_something(clamav):
    assert virus.scan(b"EICAR") == Scan.INFECTED


def test_a_scanner_that_is_away_is_asked_again(settings):
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"

    assert virus.scan(b"x") == Scan.PENDING
