"""What each of the two looks back on: a part for the other, a part for the agency."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from agency.core.sealed_text import SealedTextField
from mentoring.choices import ReviewStage, Side
from mentoring.models.pair import Pair

SCALES = ("headway", "rhythm", "support")
LOWEST, HIGHEST = 1, 5
# One writes from two weeks before its date.
OPENS_BEFORE = timedelta(days=14)


def scale(label):
    """From 1 to 5; None until it is answered."""
    return models.PositiveSmallIntegerField(
        label,
        null=True,
        blank=True,
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)],
    )


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sent, and written to the officer in charge of that very edition."""
        sent = self.filter(sent_at__isnull=False)
        return sent.filter(pair__activity__officer=user.pk)

    def sent(self):
        return self.filter(sent_at__isnull=False)


class Review(models.Model):
    """The part for the agency; what goes to the other one lies apart, sealed."""

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="reviews", verbose_name=_("pair")
    )
    stage = models.CharField(_("review"), max_length=8, choices=ReviewStage)
    side = models.CharField(_("written by"), max_length=6, choices=Side, editable=False)
    headway = scale(_("The pair moves towards its goals"))
    rhythm = scale(_("The rhythm of the meetings suits me"))
    support = scale(_("The agency is there when it is needed"))
    comment = models.TextField(
        _("What the agency should know, or do otherwise"),
        max_length=4000,
        blank=True,
        help_text=_("Without a word of what the other one told you."),
    )
    begun_at = models.DateTimeField(
        pgettext_lazy("review", "begun at"), default=now, editable=False
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    # When the second of the two had sent theirs: each reads the part of the other.
    exchanged_at = models.DateTimeField(
        pgettext_lazy("review", "exchanged at"), null=True, editable=False
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a pair")
        verbose_name_plural = _("reviews of pairs")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "stage", "side"], name="mentoring_one_review_a_side"
            ),
            models.CheckConstraint(
                name="mentoring_review_sent_is_answered",
                condition=Q(sent_at=None)
                # An unknown mark is in no range, and out of none either.
                | Q(headway__isnull=False, rhythm__isnull=False, support__isnull=False),
            ),
            *(
                models.CheckConstraint(
                    name=f"mentoring_review_{name}_to_five",
                    condition=Q((name, None)) | Q((f"{name}__range", (1, 5))),
                )
                for name in ("headway", "rhythm", "support")
            ),
            models.CheckConstraint(
                name="mentoring_review_exchanged_is_sent",
                condition=Q(exchanged_at=None) | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def marks(self):
        """What was answered for the agency: (its question, from 1 to 5) pairs."""
        found = [(self._meta.get_field(name), getattr(self, name)) for name in SCALES]
        return [(field.verbose_name, mark) for field, mark in found if mark]


class SharedReview(models.Model):
    """The part for the other one: read by its author, then by both once both have sent."""

    review = models.OneToOneField(
        Review,
        models.CASCADE,
        related_name="shared",
        verbose_name=_("review of a pair"),
    )
    gained = SealedTextField(_("what the pair brings me"))
    wished = SealedTextField(_("what I wish for us"))

    class Meta:
        verbose_name = _("shared part of a review")
        verbose_name_plural = _("shared parts of reviews")
        ordering = ["pk"]

    def __str__(self):
        return str(self.pk)

    @property
    def side(self):
        return self.review.side


def sent_by_each():
    """What ``PairQuerySet.with_reviews`` adds to each pair."""
    sent = Review.objects.sent().filter(pair=OuterRef("pk"))
    return {
        f"{stage}_{side}_sent": Exists(sent.filter(stage=stage, side=side))
        for stage in ReviewStage
        for side in Side
    }
