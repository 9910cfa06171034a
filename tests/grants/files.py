"""Files that people give: those one keeps, and those one refuses."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(data, name="rib.pdf"):
    return SimpleUploadedFile(name, data)


def pdf(**said):
    """A PDF of one page; ``said`` goes in its root."""
    out = BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        for key, value in said.items():
            file.Root[f"/{key}"] = value
        file.save(out, deterministic_id=True)
    return out.getvalue()


def scripted_pdf():
    action = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )
    return pdf(OpenAction=action)


def launching_pdf():
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("/bin/sh"))
    return pdf(OpenAction=action)


def carrying_pdf():
    """With another file inside."""
    out = BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.attachments["virus.exe"] = b"MZ"
        file.save(out, deterministic_id=True)
    return out.getvalue()


def locked_pdf():
    out = BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def pdf_bomb(megabytes=800):
    """A page of a few hundred kilobytes that unfolds to 800 MB."""
    packer = zlib.compressobj(9)
    folded = b"".join(packer.compress(bytes(2**20)) for _n in range(megabytes))
    folded += packer.flush()
    out = BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        page = pikepdf.Stream(file, b"")
        page.write(folded, filter=pikepdf.Name.FlateDecode)
        file.pages[0].Contents = page
        file.save(out, deterministic_id=True)
    return out.getvalue()


def picture(kind="PNG", size=(60, 40)):
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def png_bomb(side=60_000):
    """A few bytes that say they are a picture of so many pixels on each side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in parts:
        crc = struct.pack(">I", zlib.crc32(name + data))
        out += struct.pack(">I", len(data)) + name + data + crc
    return out


def zip_bomb():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("rib.pdf", bytes(50 * 2**20))
    return out.getvalue()


def read(answer):
    """The whole of an answer; its file is closed then, and not the database with it."""
    return b"".join(answer) if answer.streaming else answer.content
