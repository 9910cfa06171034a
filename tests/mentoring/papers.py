"""The agreement of a pair on paper, for tests/documents/printed.py."""

from datetime import UTC, date, datetime, timedelta

from mentoring import documents
from mentoring.models import AgreementSignature, PairAgreement
from mentoring.services import agreements, pairs
from tests.mentoring.agreements import all_sign
from tests.mentoring.letters import pair

FIRST_NAME_AT = datetime(2026, 12, 1, 9, 4, 33, tzinfo=UTC)


def read(document):
    with document.file.open() as file:
        return file.read()


def prepared():
    """Awa and Camille, who both said yes; the year of the edition has its dates."""
    one = pair(accepted=True)
    details = one.activity.mentoring
    details.starts_on, details.ends_on = date(2027, 1, 12), date(2027, 12, 14)
    details.mid_term_on, details.final_on = date(2027, 6, 15), details.ends_on
    details.save()
    pairs.prepare_agreement(one)
    return one


def agreement():
    return read(documents.pair_agreement(documents.READ.get(pair=prepared())))


def signed_agreement():
    one = prepared()
    all_sign(one)
    for rank, name in enumerate(agreements.in_force(one).signatures.all()):
        at = FIRST_NAME_AT + rank * timedelta(hours=5)
        AgreementSignature.objects.filter(pk=name.pk).update(signed_at=at)
    PairAgreement.objects.update(signed_at=at)
    return read(documents.pair_agreement(documents.READ.get(pair=one)))


PAPERS = {
    "mentoring/documents/pair_agreement": agreement,
    "mentoring/documents/pair_agreement#signed": signed_agreement,
}
