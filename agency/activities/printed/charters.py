"""A charter on paper: its text, to read before one signs; and signed, with the proof."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.activities.models import CharterSignature, CharterVersion
from agency.core.clock import now, paris
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument

TEXT, SIGNED = "charter_text", "charter"
TEMPLATE = "activities/documents/charter"
READ = CharterSignature.objects.select_related(
    "person", "version__charter", "enrolment__activity__officer"
)


class NotTheTextSigned(ValueError):
    """The text in the database is not the one whose print was signed."""


def declare():
    """The kinds of document of a charter; called once, at start."""
    kinds.register(kinds.DocumentKind(TEXT, "TXC", _("Text of a charter")))
    kinds.register(kinds.DocumentKind(SIGNED, "CHA", _("Signed charter")))


def issue_text(version):
    """The PDF of a published version, issued once for all who are to read it."""
    return services.issue(
        TEXT,
        title=str(version),
        about=version,
        recipient=None,
        template=TEMPLATE,
        context=context(version),
    )


def issue_signed(signature):
    """The PDF of what somebody signed, with the page of proof; theirs, issued once.

    Raises NotTheTextSigned when the text is no longer the one that was before their eyes.
    """
    version = signature.version
    if not signature.sha256 == version.sha256 == version.print():
        raise NotTheTextSigned(f"signature {signature.pk}, version {version.pk}")
    said = {"charter": version}
    return services.issue(
        SIGNED,
        title=gettext("%(charter)s, signed") % said,
        about=signature,
        recipient=signature.person,
        template=TEMPLATE,
        context=context(version, signature),
    )


def issued(kind, model):
    """The copies of ``kind`` that are made; ``object_id`` says of which ``model``."""
    about = ContentType.objects.get_for_model(model)
    return IssuedDocument.objects.filter(kind=kind, content_type=about).exclude(file="")


def issued_text(version):
    """The document of a text, or None while it is not made."""
    return issued(TEXT, CharterVersion).filter(object_id=version.pk).first()


def issued_signed(signature):
    """The document of a signature, or None while it is not made."""
    return issued(SIGNED, CharterSignature).filter(object_id=signature.pk).first()


def preview(version):
    """The PDF of a text without number, while the one to keep is not made yet."""
    draft = IssuedDocument(kind=TEXT, reference="", version=1, issued_at=now())
    draft.fingerprint = ""
    return engine.render(TEMPLATE, context(version) | {"document": draft})


def context(version, signature=None):
    """What the template lists. Nobody of the group is named but whoever signed."""
    enrolment = signature and signature.enrolment
    return {
        "agency": settings.AGENCY,
        "version": version,
        "clauses": list(version.clauses.all()),
        "digest": version.sha256 or version.print(),
        "signature": signature,
        "offset": signature and _offset(signature.signed_at),
        "activity": enrolment and enrolment.activity,
        "signatory": {
            "name": settings.AGENCY["signatory_name"],
            "role": settings.AGENCY["signatory_role"],
        },
    }


def _offset(moment):
    """+1 in winter, +2 in summer: what makes an hour of Paris one moment."""
    return f"{paris(moment).utcoffset() // timedelta(hours=1):+d}"
