"""Files that an officer brings, and what became of their lines."""

from agency.people.choices import ImportKind
from agency.people.services import imports

HEADINGS = ("Prénom", "Nom", "Courriel")
ZOE = ("Zoé", "Lefèvre", "zoe@example.org")
SIRET, OTHER = "73282932000074", "40483304800022"


def brought(officer, *rows, headings=HEADINGS, kind=ImportKind.PEOPLE, **options):
    lines = [";".join(row) for row in (headings, *rows)]
    content = "\n".join(lines).encode()
    return imports.bring(content, kind=kind, filename="c.csv", by=officer, **options)


def houses(officer, headings, *rows):
    return brought(officer, *rows, headings=headings, kind=ImportKind.ORGANISATIONS)


def outcomes(batch):
    return list(batch.lines.order_by("number").values_list("outcome", flat=True))


def only(batch):
    return batch.lines.get()
