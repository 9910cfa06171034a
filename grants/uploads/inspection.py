"""A PDF that somebody sent, opened in a process of its own: run, never imported.

    python inspection.py < paper.pdf

writes one word: ``fine``, ``active``, ``locked``, ``damaged`` or ``heavy``. Whatever the
file does to the memory or the time of its reader, it does to this process alone.
"""

import contextlib
import resource
import sys
from io import BytesIO

MEMORY = 700 * 1024 * 1024
SECONDS = 20
# All the streams of a file, unfolded: a scan of forty pages in colour is under it.
MOST_UNFOLDED = 1200 * 1024 * 1024
DEEPEST = 9
KEYS = ("/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA")
ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE")
# What is unfolded without being a picture.
FOLDED = ("/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/Fl", "/LZW", "/RL")


def look(content):
    import pikepdf  # slow import, under the limits

    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not pdf.pages:
                return "damaged"
            unfolded = 0
            for part in pdf.objects:
                if is_active(pikepdf, part):
                    return "active"
                unfolded += weight(pikepdf, part)
                if unfolded > MOST_UNFOLDED:
                    return "heavy"
    except pikepdf.PasswordError:
        return "locked"
    except MemoryError:
        return "heavy"
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return "damaged"
    return "fine"


def weight(pikepdf, part):
    """The bytes of a stream once unfolded; what cannot be unfolded weighs nothing."""
    if not isinstance(part, pikepdf.Stream):
        return 0
    filters = part.get("/Filter", [])
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
    if not any(str(name) in FOLDED for name in names):
        return 0
    try:
        return len(
            memoryview(part.get_stream_buffer(pikepdf.StreamDecodeLevel.generalized))
        )
    except pikepdf.PdfError as error:
        # How its library says that the memory is full.
        if "bad_alloc" in str(error):
            raise MemoryError from error
        return 0


def is_active(pikepdf, part, depth=0):
    """Whether an object, or one written inside it, does something by itself."""
    if isinstance(part, pikepdf.Array):
        inside = list(part)
    elif isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
        keys = part.keys()
        action = str(part.get("/S", ""))
        if any(key in keys for key in KEYS) or action in ACTIONS:
            return True
        inside = [part.get(key) for key in keys]
    else:
        return False
    own = [one for one in inside if not getattr(one, "is_indirect", False)]
    return depth < DEEPEST and any(is_active(pikepdf, one, depth + 1) for one in own)


if __name__ == "__main__":
    # A system that knows no such limit goes without.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(look(sys.stdin.buffer.read()))
