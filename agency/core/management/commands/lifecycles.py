"""Writes docs/lifecycles.md from the states.py files."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from agency.core.lifecycle import mermaid

PATH = settings.BASE_DIR / "docs" / "lifecycles.md"
HEAD = "# Lifecycles\n\nWritten by `make lifecycles`; do not edit.\n\n"


def document():
    models = [m for m in apps.get_models() if hasattr(m, "moves") and not m._meta.proxy]
    parts = [f"## {m._meta.label}\n\n```mermaid\n{mermaid(m)}\n```\n" for m in models]
    return HEAD + "\n".join(parts)


class Command(BaseCommand):
    help = "Redraw docs/lifecycles.md."

    def handle(self, **options):
        PATH.write_text(document())
