"""Open a PDF as a reader does: its words, its tags, its fonts."""

import re
from io import BytesIO

from pypdf import PdfReader


def opened(data):
    return PdfReader(BytesIO(data))


def words(data):
    """The text of the pages, with plain spaces, on one line."""
    text = " ".join(page.extract_text() for page in opened(data).pages)
    return re.sub(r"\s+", " ", text)


def fonts(data):
    """Each font of the file: its descendant's descriptor and how it is encoded."""
    found = []
    for page in opened(data).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object()
            found.append(
                (
                    inner["/BaseFont"],
                    inner["/FontDescriptor"].get_object(),
                    font["/Encoding"],
                )
            )
    return found


def tags(data):
    """Every structure type of the tree, in reading order."""
    names = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                names.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(opened(data).trailer["/Root"]["/StructTreeRoot"])
    return names
