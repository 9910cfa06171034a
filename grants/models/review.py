"""What a member thinks of a file before the sitting: scores, an opinion, an amount."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.models import Versioned
from agency.people.models import Person
from grants.choices import ReviewOpinion
from grants.models.application import Application
from grants.models.reading import presented_to
from grants.models.ruleset import Criterion
from grants.models.scheme import euros
from grants.states import REVIEW_MOVES, ReviewState

LONG = 4000


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own. Others' are read through ``services.to_read``, after one's own."""
        return self.filter(person_id=user.pk)

    def current(self):
        """Those of the sitting to come: of an adjourned file, none that was told before."""
        return self.filter(point=None)

    def given(self):
        """Of those, what was handed in; a draft is its author's alone."""
        return self.current().filter(state=ReviewState.SUBMITTED)


class Review(Versioned):
    """One member's on one file, at the revision that was read."""

    moves = REVIEW_MOVES

    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="reviews",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="reviews", verbose_name=_("person")
    )
    # Of a file that was adjourned: the item at which it was told, and where it stays.
    point = models.ForeignKey(
        "grants.Point",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reviews",
        verbose_name=_("item"),
    )
    revision = models.PositiveSmallIntegerField(_("revision read"))
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ReviewState,
        default=ReviewState.DRAFT,
        editable=False,
    )
    opinion = models.CharField(
        _("opinion"), max_length=12, choices=ReviewOpinion, blank=True
    )
    suggested = euros(_("suggested amount (\u20ac)"), null=True, blank=True)
    # Said in the sitting; its applicants may ask for it as for any document of the house.
    comment = models.TextField(_("what you will say"), max_length=LONG, blank=True)
    saved_at = models.DateTimeField(_("saved at"), editable=False)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "review")
        verbose_name_plural = pgettext_lazy("commission", "reviews")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"],
                condition=Q(point=None),
                name="review_once",
            ),
            models.UniqueConstraint(
                fields=["point", "person"], name="review_once_an_item"
            ),
            models.CheckConstraint(
                name="review_handed_in_iff_dated",
                condition=Q(state=ReviewState.SUBMITTED, submitted_at__isnull=False)
                | Q(state=ReviewState.DRAFT, submitted_at=None),
            ),
            models.CheckConstraint(
                name="review_handed_in_says_something",
                condition=Q(state=ReviewState.DRAFT) | ~Q(opinion=""),
            ),
            models.CheckConstraint(
                name="review_amount_not_negative",
                condition=Q(suggested=None) | Q(suggested__gte=0),
                violation_error_message=_("An amount is not negative."),
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="review_of_person")]

    def __str__(self):
        return f"{self.person}, {self.application}"


class ReviewScoreQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(review__person_id=user.pk)


class ReviewScore(models.Model):
    """The level that a member gives for a criterion; without a row, it was not scored."""

    review = models.ForeignKey(
        Review,
        models.CASCADE,
        related_name="scores",
        verbose_name=pgettext_lazy("commission", "review"),
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        related_name="scores",
        verbose_name=_("criterion"),
    )
    score = models.PositiveSmallIntegerField(_("score"))

    objects = ReviewScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="review_score_once"
            )
        ]

    def __str__(self):
        return f"{self.criterion}: {self.score}"


class MemberQuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("grants.view_memberquestion"):
            seen = Application.objects.visible_to(user).order_by()
            return self.filter(application__in=seen.values("pk"))
        return self.filter(application__in=presented_to(user).order_by())


class MemberQuestion(models.Model):
    """What a member asks the rapporteur of a file; every member who reads it sees both."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="questions",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="grant_questions", verbose_name=_("person")
    )
    body = models.TextField(_("question"), max_length=1000)
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = MemberQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of a member")
        verbose_name_plural = _("questions of members")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="member_question_answered_iff_dated",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.application}"
