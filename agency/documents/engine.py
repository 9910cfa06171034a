"""From a French HTML template to a tagged PDF (PDF/UA-1), with what is costly kept warm.

Costly are the fonts, the parsed style sheet and the pictures. Each thread has its own:
Pango's font map may not be shared. Fonts are TTF, because woff2 is decoded anew for each
document.
"""

import atexit
import gc
import re
import threading
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

STYLE_SHEET = "css/print.css"
ELEMENTS = "css/print-elements.css"
LANGUAGE = "fr"
# All of them but the tab and the ends of lines.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_local = threading.local()


def cool():
    """Give back what this thread keeps: WeasyPrint copies its fonts to a folder."""
    _local.__dict__.clear()


atexit.register(cool)


class Refused(ValueError):
    """A document asked for a file that is not ours."""


@cache
def _weasyprint():
    """The library. On a machine without fonts it warns; we bring ours."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured|FontConfig cannot load")
        import weasyprint  # slow import
    return weasyprint


@cache
def _fetcher():
    """What WeasyPrint reads files with: those of ``static/``, and nothing else."""
    URLFetcher = _weasyprint().urls.URLFetcher

    root = (settings.BASE_DIR / "static").resolve()

    class OurFilesOnly(URLFetcher):
        def fetch(self, url, headers=None):
            path = _path_of(url)
            if not path or not path.is_relative_to(root):
                raise Refused(f"not a file of ours: {url}")
            return super().fetch(path.as_uri(), headers)

    return OurFilesOnly(allowed_protocols=["file"])


def _path_of(url):
    """The path of a ``file:`` address on this machine; None for any other address."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        return None
    return Path(unquote(parts.path)).resolve()


@cache
def _page_class():
    """A page that takes its elements from a sheet of ours (docs/decisions/0011)."""

    class Page(_weasyprint().HTML):
        elements = None

        def _ua_stylesheets(self, forms=False):
            return [self.elements]

    return Page


@contextmanager
def _uncollected():
    """No search for garbage while a page is drawn: nearly all of it is in use until the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Engine:
    """One thread's fonts, style sheets and pictures."""

    def __init__(self):
        self.base_url = (settings.BASE_DIR / "static").as_uri() + "/"
        self.fonts = _weasyprint().text.fonts.FontConfiguration()
        self.images = {}
        self.elements = self._parsed(ELEMENTS)
        self.sheet = self._parsed(STYLE_SHEET)

    def _parsed(self, name):
        return _weasyprint().CSS(
            filename=settings.BASE_DIR / "static" / name,
            font_config=self.fonts,
            url_fetcher=_fetcher(),
        )

    def pdf(self, html):
        page = _page_class()(
            string=html, base_url=self.base_url, url_fetcher=_fetcher()
        )
        page.elements = self.elements
        with _uncollected():
            return page.write_pdf(
                stylesheets=[self.sheet],
                font_config=self.fonts,
                cache=self.images,
                pdf_variant="pdf/ua-1",
            )


def pdf(html):
    """The tagged PDF of an HTML page whose ``<html lang>`` and ``<title>`` are set."""
    if not hasattr(_local, "engine"):
        _local.engine = _Engine()
    return _local.engine.pdf(html)


def render(template, context):
    """The tagged PDF of ``<template>.fr.html``: ``activities/documents/...``."""
    return pdf(source(template, context))


def source(template, context):
    """The HTML of a document, before it is laid out.

    A control character that somebody pasted in a title draws nothing, and would make
    the words of the whole file unreadable to a screen reader: it is left out.
    """
    return CONTROLS.sub("", render_to_string(f"{template}.{LANGUAGE}.html", context))


def warm():
    """Load everything that the first document of this thread would wait for."""
    pdf(
        f'<html lang="{LANGUAGE}"><title>-</title>'
        "<h1>Plateau</h1><p>a <b>b</b> <i>c</i></p></html>"
    )
