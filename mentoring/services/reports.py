"""The report of an edition: established when somebody asks, each time as a new version."""

from agency.documents.models import IssuedDocument
from mentoring import year_documents
from mentoring.services import reviews
from mentoring.services.figures import figures
from mentoring.sums import Sums
from mentoring.sums import reviews as sums_of_reviews


def last(edition):
    """The version in force, or None."""
    found = IssuedDocument.objects.filter(
        kind=year_documents.REPORT,
        content_type__app_label="activities",
        content_type__model="activity",
        object_id=edition.pk,
    )
    return found.exclude(file="").order_by("version").last()


def establish(edition, *, by, seen):
    """The report as the edition stands now; ``seen``: the key of the version shown, or "".

    Pressed twice, or by two people at once, it is established once. Its figures are those
    that leave the house, whoever asks.
    """
    current = last(edition)
    if current is not None and str(current.pk) != seen:
        return current
    sums = Sums(figures(edition), whole=False)
    told = sums_of_reviews(reviews.figures(edition))
    return year_documents.mentoring_report(
        edition, sums, told, by=by, supersedes=current
    )
