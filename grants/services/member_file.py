"""What of a file the members of its commission read beside their score card."""

from django.db.models import F, Q

from grants import documents
from grants.choices import Scan
from grants.models import ApplicationDocument

OPENED = (Scan.CLEAN, Scan.SKIPPED)


def sent(revision):
    """The parts of a file as ``revision`` froze them (None: there is none): no bank
    details, no numbers of the organisation.
    """
    content = revision.snapshot if revision else {}
    party = content.get("rows", {}).get("party", ())
    return {
        "texts": documents.texts_of(content),
        "party_count": sum(one["count"] for one in party),
        **documents.rows_of(content),
    }


def papers(application):
    """What the commission reads of the documents: never bank details, never unscanned."""
    rows = ApplicationDocument.objects.filter(
        open_to_members(), application=application
    )
    return rows.order_by("requirement", "pk")


def open_to_members():
    """A condition on documents: of a requirement that members read, scanned, current."""
    way = "application__rules__requirements__"
    return Q(
        scan__in=OPENED,
        replaced_by=None,
        **{
            f"{way}key": F("requirement"),
            f"{way}read_by_members": True,
            f"{way}is_bank": False,
        },
    )
