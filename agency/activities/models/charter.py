import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import CharterUse
from agency.activities.models.names import names_read_by
from agency.activities.states import CHARTER_MOVES, CharterState
from agency.core.clock import now
from agency.core.validators import AtMost
from agency.people.models import Person


class Charter(models.Model):
    """What a closed group agrees on, or what a facilitator undertakes; in versions."""

    title = models.CharField(_("title"), max_length=160)
    use = models.CharField(
        _("use"), max_length=12, choices=CharterUse, default=CharterUse.GROUP
    )

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def in_force(self):
        """The version that one signs now, or None before the first is published."""
        published = self.versions.filter(state=CharterState.PUBLISHED)
        return published.order_by("-number").first()


class CharterVersionQuerySet(models.QuerySet):
    def with_signatures(self):
        """Each with ``signature_count``, of those who have signed it."""
        return self.annotate(signature_count=models.Count("signatures", distinct=True))


class CharterVersion(models.Model):
    """A text that no longer changes once it is published."""

    moves = CHARTER_MOVES

    charter = models.ForeignKey(
        Charter, models.CASCADE, related_name="versions", verbose_name=_("charter")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    introduction = models.TextField(_("introduction"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=CharterState,
        default=CharterState.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    sha256 = models.CharField(_("print"), max_length=64, blank=True, editable=False)

    objects = CharterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a charter")
        verbose_name_plural = _("versions of charters")
        ordering = ["charter", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "number"], name="charter_version_once"
            ),
            models.CheckConstraint(
                name="charter_published_iff_dated",
                condition=Q(state=CharterState.PUBLISHED, published_at__isnull=False)
                | Q(state=CharterState.DRAFT, published_at=None),
            ),
        ]

    def __str__(self):
        return _("%(charter)s, version %(number)s") % {
            "charter": self.charter,
            "number": self.number,
        }

    def text(self):
        """The whole text, as it is shown, signed and printed."""
        parts = [self.charter.title, self.introduction]
        for clause in self.clauses.all():
            parts += [f"{clause.order}. {clause.title}", clause.text]
        return "\n\n".join(part.strip() for part in parts if part.strip())

    def print(self):
        """The SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text().encode()).hexdigest()


class CharterClause(models.Model):
    """One article of a version."""

    version = models.ForeignKey(
        CharterVersion,
        models.CASCADE,
        related_name="clauses",
        verbose_name=_("version"),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, validators=[AtMost(100)]
    )
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class CharterSignatureQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_chartersignature"):
            # Without an enrolment it is the undertaking of a facilitator.
            known = names_read_by(user, "enrolment__activity")
            return self.filter(Q(enrolment=None) | known)
        return self.filter(person_id=user.pk)


class CharterSignature(models.Model):
    """Who signed which text, under what name and when; never changed."""

    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="charter_signatures",
        verbose_name=_("person"),
    )
    version = models.ForeignKey(
        CharterVersion,
        models.PROTECT,
        related_name="signatures",
        verbose_name=_("version"),
    )
    # None: the undertaking of a facilitator, which holds for all that they lead.
    enrolment = models.ForeignKey(
        "activities.Enrolment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="signatures",
        verbose_name=_("enrolment"),
    )
    typed_name = models.CharField(_("signed as"), max_length=240)
    signed_at = models.DateTimeField(_("signed at"), default=now, editable=False)
    # Of the text that was shown: it must be that of the version.
    sha256 = models.CharField(_("print"), max_length=64, editable=False)
    # Salted with the secret key: tells two places apart, and leads to none.
    address_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = CharterSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature of a charter")
        verbose_name_plural = _("signatures of charters")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "enrolment"],
                condition=Q(enrolment__isnull=False),
                name="signature_once_an_enrolment",
            ),
            models.UniqueConstraint(
                fields=["version", "person"],
                condition=Q(enrolment=None),
                name="signature_once_a_facilitator",
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.version}"
