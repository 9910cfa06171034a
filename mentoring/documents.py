"""The agreement of a pair on paper: to read before one signs; signed, with its proof."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from agency.core.clock import now, paris
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument
from mentoring.choices import Party
from mentoring.models import PairAgreement

TEXT, SIGNED = "agreement_text", "agreement"
TEMPLATE = "mentoring/documents/pair_agreement"
READ = PairAgreement.objects.select_related(
    "pair__mentor", "pair__mentee", "pair__activity__officer"
).prefetch_related("signatures__person")


class NotTheTextSigned(ValueError):
    """The text in the database is not the one whose print was signed."""


def declare():
    """The kinds of document of an agreement; called once, at start."""
    text = _("Mentoring agreement, to sign")
    kinds.register(kinds.DocumentKind(TEXT, "CVT", text))
    kinds.register(kinds.DocumentKind(SIGNED, "CVM", _("Mentoring agreement")))


def pair_agreement(agreement):
    """Issue its PDF, or return the one there is: signed as soon as the three have.

    ``agreement``: a row of ``READ``. It has no recipient: the two halves and the officer
    in charge receive it, each through their own door; its title names nobody. A corrected version replaces the
    one before under the same reference. Raises NotTheTextSigned when the text is no
    longer the one that was before their eyes.
    """
    prints = {one.sha256 for one in agreement.signatures.all()}
    if prints - {agreement.print()}:
        raise NotTheTextSigned(f"agreement {agreement.pk}")
    kind = SIGNED if signed_online(agreement) else TEXT
    before = None if kind == SIGNED else _before(agreement)
    return services.issue(
        kind,
        title=str(agreement),
        about=agreement,
        recipient=None,
        template=TEMPLATE,
        context=context(agreement),
        supersedes=before,
    )


def _before(agreement):
    """The document of the version that this one replaces, or None."""
    older = agreement.pair.agreements.filter(number__lt=agreement.number)
    rows = issued().filter(kind=TEXT, object_id__in=older.values("pk"))
    return rows.order_by("-version").first()


def signed_online(agreement):
    return agreement.signed_at is not None and agreement.on_paper_on is None


def issued():
    """Those that are made."""
    about = ContentType.objects.get_for_model(PairAgreement)
    rows = IssuedDocument.objects.filter(kind__in=(TEXT, SIGNED), content_type=about)
    return rows.exclude(file="")


def issued_for(agreement):
    """The document of ``agreement`` as it stands, or None while it is being made."""
    kind = SIGNED if signed_online(agreement) else TEXT
    return issued().filter(kind=kind, object_id=agreement.pk).first()


def preview(agreement):
    """The PDF without a number, while the one to keep is not made yet."""
    draft = IssuedDocument(kind=TEXT, reference="", version=1, issued_at=now())
    draft.fingerprint = ""
    return engine.render(TEMPLATE, context(agreement) | {"document": draft})


def context(agreement):
    """What the template lists."""
    pair = agreement.pair
    signed = agreement.names.get(Party.AGENCY)
    return {
        "agency": settings.AGENCY,
        "agreement": agreement,
        "pair": pair,
        "activity": pair.activity,
        "digest": agreement.sha256,
        "signed": signed_online(agreement),
        "signatures": [_proof(one) for one in agreement.signatures.all()],
        "signs": (signed.person if signed else pair.activity.officer).full_name,
        "signatory": {
            "name": pair.activity.signatory_name or settings.AGENCY["signatory_name"],
            "role": pair.activity.signatory_role or settings.AGENCY["signatory_role"],
        },
    }


def _proof(signature):
    """A signature with the offset that makes an hour of Paris one moment."""
    offset = paris(signature.signed_at).utcoffset() // timedelta(hours=1)
    return {"row": signature, "offset": f"{offset:+d}"}
