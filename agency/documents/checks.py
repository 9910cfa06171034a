"""Is what makes the PDFs installed on this machine?"""

import ctypes

from django.core.checks import Error, register

# What WeasyPrint opens, under Linux names: opening them takes a millisecond, importing
# WeasyPrint most of a second.
LIBRARIES = (
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz-subset.so.0",
)


def opens(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def weasyprint_starts():
    try:
        import weasyprint  # noqa: F401  # slow import
    except (OSError, DeprecationWarning):  # it warns without harfbuzz-subset
        return False
    return True


@register()
def pango_is_installed(app_configs, **kwargs):
    if all(map(opens, LIBRARIES)) or weasyprint_starts():
        return []
    return [
        Error(
            "PDFs cannot be made: Pango or HarfBuzz is missing.",
            hint="On Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0. On macOS: brew install pango.",
            id="documents.E001",
        )
    ]
