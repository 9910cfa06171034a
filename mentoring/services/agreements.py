"""The agreement of a pair: corrected by its officer, signed by the three, in any order."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services.charters import NotSigned, address_print, is_name_of
from agency.core import bell, journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from mentoring import tasks
from mentoring.choices import Party
from mentoring.models import AgreementSignature, PairAgreement
from mentoring.services import pairs, terms
from mentoring.states import PairState


def in_force(pair):
    """The version that one signs now, or that the three have signed; None before."""
    current = PairAgreement.objects.in_force().filter(pair=pair).with_signatures()
    agreement = current.first()
    if agreement is not None:
        agreement.pair = pair
    return agreement


def party_of(pair, person):
    """For which of the three ``person`` signs, or None."""
    if side := pair.side_of(person):
        return None if person.is_staff else Party(side)
    return Party.AGENCY if pair.activity.officer_id == person.pk else None


@transaction.atomic
def sign(pair, *, version, sha256, typed_name, address, by):
    """Put the name of ``by`` under the agreement; return the signature.

    ``version``, ``sha256``: the key and the print of the text that was before their
    eyes; ``address``: where they signed from, kept as a salted print. Signed twice, the
    first signature comes back. With the third, the pair begins. Raises NotSigned, or
    MoveBlocked, with a sentence.
    """
    pairs.hold(pair)
    party = party_of(pair, by)
    if party is None:
        raise NotSigned(_("One signs for oneself, from one\u2019s own account."))
    current = in_force(pair)
    if current and (known := current.names.get(party)):
        return known
    _need_to_be_signed(pair, current)
    _need_this_text(current, version, sha256)
    _need_this_name(by, typed_name)
    signature = AgreementSignature.objects.create(
        agreement=current,
        party=party,
        person=by,
        typed_name=typed_name.strip()[:240],
        signed_at=now(),
        sha256=current.sha256,
        address_hash=address_print(address),
    )
    journal.record(pair, "sign_agreement", by=by, version=current.number)
    if len(current.names) + 1 == len(Party):
        _conclude(pair, current, by)
    return signature


def _need_to_be_signed(pair, current):
    if current is None or pair.state != PairState.AGREEMENT_PENDING:
        raise NotSigned(_("This agreement no longer waits for a signature."))


def _need_this_text(current, version, sha256):
    """What was read is what is in force, to the letter."""
    if (version, sha256) != (current.pk, current.sha256):
        raise NotSigned(
            _(
                "The agreement was corrected while you were reading it: nothing was "
                "signed. Here is the new text; read it, then sign."
            )
        )


def _need_this_name(person, typed_name):
    if not is_name_of(person, typed_name):
        raise NotSigned(
            _("Sign with your own name, as your profile has it: %(name)s.")
            % {"name": person.full_name}
        )


def _conclude(pair, agreement, by):
    """The third has signed: the pair begins, and each of the two gets the signed text."""
    mine = PairAgreement.objects.filter(pk=agreement.pk)
    mine.update(signed_at=now(), told_at=None)
    agreement.refresh_from_db(fields=["signed_at", "told_at"])
    pairs.activate(pair, by=by)
    bell.ring(tasks.make_agreement, agreement.pk)


@transaction.atomic
def correct(pair, said, *, by):
    """Word the agreement anew as ``said`` (Terms), until the three have signed.

    The names that are under the version before fall with it, and the two are told.
    Returns the version in force; the same one when nothing was changed. Raises
    MoveBlocked with a sentence.
    """
    pairs.hold(pair)
    current = in_force(pair)
    if current is None or pair.state != PairState.AGREEMENT_PENDING:
        raise MoveBlocked(
            _("This agreement is no longer corrected: the three have signed it.")
            if current and current.signed_at
            else _("This agreement no longer waits for a signature.")
        )
    if terms.same(current, said):
        return current
    PairAgreement.objects.filter(pk=current.pk).update(replaced_at=now())
    return terms.draw_up(pair, said, by=by)
