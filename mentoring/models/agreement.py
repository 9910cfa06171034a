"""What the two of a pair and the agency agree on: a text, and three names under it."""

import hashlib

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from agency.people.models import Person
from mentoring.choices import Meeting, Party
from mentoring.models.pair import Pair


class PairAgreementQuerySet(models.QuerySet):
    def in_force(self):
        """The last version of each pair."""
        return self.filter(replaced_at=None)

    def with_signatures(self):
        return self.prefetch_related("signatures__person")


class PairAgreement(models.Model):
    """A text of eleven articles that no longer changes: corrected, it is a new version.

    Nobody is named in it, so that whoever leaves takes their name away; ``text`` bears
    the reference of the pair, and each signature its person.
    """

    pair = models.ForeignKey(
        Pair, models.PROTECT, related_name="agreements", verbose_name=_("pair")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    # What the officer may word anew for this very pair.
    objectives = models.TextField(
        _("what the pair works on"),
        max_length=2000,
        help_text=_(
            "Article 3. The goals that the two write in their room stay sealed: "
            "nothing is copied from there."
        ),
    )
    way = models.CharField(
        pgettext_lazy("agreement", "how they meet"), max_length=6, choices=Meeting
    )
    cancellation = models.TextField(
        _("when a meeting cannot take place"),
        max_length=2000,
        help_text=_("Article 4."),
    )
    confidentiality = models.TextField(
        _("what stays between the two"), max_length=2000, help_text=_("Article 8.")
    )
    early_end = models.TextField(
        _("ending before the term"), max_length=2000, help_text=_("Article 10.")
    )
    # The whole text as it was on the day it was prepared: of title and text.
    introduction = models.TextField(_("introduction"), editable=False)
    articles = models.JSONField(_("articles"), default=list, editable=False)
    sha256 = models.CharField(_("print"), max_length=64, editable=False)
    prepared_at = models.DateTimeField(
        pgettext_lazy("agreement", "prepared at"), default=now, editable=False
    )
    # When the three had signed.
    signed_at = models.DateTimeField(
        pgettext_lazy("agreement", "signed at"), null=True, editable=False
    )
    # With a pen, all three on one sheet: ``signed_at`` is then that day.
    on_paper_on = models.DateField(_("signed on paper on"), null=True, editable=False)
    replaced_at = models.DateTimeField(
        pgettext_lazy("agreement", "replaced at"), null=True, editable=False
    )
    # When the two were written to about where it stands: to sign, then signed.
    told_at = models.DateTimeField(null=True, editable=False)

    objects = PairAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement of a pair")
        verbose_name_plural = _("agreements of pairs")
        ordering = ["pair", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "number"], name="mentoring_agreement_version_once"
            ),
            models.UniqueConstraint(
                fields=["pair"],
                condition=Q(replaced_at=None),
                name="mentoring_one_agreement_in_force",
            ),
            # What the three have signed is not replaced.
            models.CheckConstraint(
                name="mentoring_agreement_signed_or_replaced",
                condition=Q(signed_at=None) | Q(replaced_at=None),
            ),
            models.CheckConstraint(
                name="mentoring_agreement_on_paper_is_signed",
                condition=Q(on_paper_on=None) | Q(signed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return _("Mentoring agreement, version %(number)s") % {"number": self.number}

    def text(self):
        """The whole text, as it is shown, signed and printed."""
        parts = [str(self.pair.uuid), self.introduction]
        for rank, article in enumerate(self.articles, start=1):
            parts += [f"{rank}. {article['title']}", article["text"]]
        return "\n\n".join(part.strip() for part in parts)

    def print(self):
        """The SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    @cached_property
    def names(self):
        """{party: its signature}, read once."""
        return {one.party: one for one in self.signatures.all()}

    @property
    def standing(self):
        """{each party: its signature, or None}."""
        return {str(party): self.names.get(party) for party in Party}

    @property
    def missing(self):
        """The parties that have not signed, in order."""
        return [party for party in Party if party not in self.names]


class AgreementSignature(models.Model):
    """Who signed which text for which of the three, and when; never changed."""

    agreement = models.ForeignKey(
        PairAgreement,
        models.PROTECT,
        related_name="signatures",
        verbose_name=_("agreement of a pair"),
    )
    party = models.CharField(_("signed for"), max_length=6, choices=Party)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="agreement_signatures",
        verbose_name=_("person"),
    )
    typed_name = models.CharField(_("signed as"), max_length=240)
    signed_at = models.DateTimeField(_("signed at"), default=now, editable=False)
    # Of the text that was shown: it must be that of the agreement.
    sha256 = models.CharField(_("print"), max_length=64, editable=False)
    # Salted with the secret key: tells two places apart, and leads to none.
    address_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("signature of an agreement")
        verbose_name_plural = _("signatures of agreements")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "party"], name="mentoring_signature_once_a_party"
            )
        ]

    def __str__(self):
        return f"{self.get_party_display()}, {self.agreement}"


def annotations():
    """What ``PairQuerySet.with_agreement`` adds to each pair."""
    current = PairAgreement.objects.in_force().filter(pair=OuterRef("pk")).order_by()
    signed = AgreementSignature.objects.filter(
        agreement__pair=OuterRef("pk"), agreement__replaced_at=None
    )
    return {
        "agreement_since": Subquery(current.values("prepared_at")),
        "agreement_signed_at": Subquery(current.values("signed_at")),
        **{f"signed_by_{party}": Exists(signed.filter(party=party)) for party in Party},
    }
