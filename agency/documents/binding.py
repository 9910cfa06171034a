"""Many stored documents as one PDF to print: the very pages, one after the other."""

from io import BytesIO


def bound(documents):
    """The bytes of one PDF with the stored pages of ``documents``, in their order.

    Each begins on the front of a sheet when both sides are printed: a blank page is
    added where one ends on a front. Raises OSError when a file is away.
    """
    import pikepdf  # slow import

    out, made = BytesIO(), pikepdf.new()
    for document in documents:
        if len(made.pages) % 2:
            _, _, *size = made.pages[-1].mediabox
            made.add_blank_page(page_size=[float(side) for side in size])
        # Read whole: a batch may have more letters than a process may open files.
        with document.file.open("rb") as stored:
            letter = pikepdf.open(BytesIO(stored.read()))
        made.pages.extend(letter.pages)
    made.Root.Lang = pikepdf.String("fr")
    made.save(out)
    return out.getvalue()
