"""A year of mentoring: an activity of the kernel, with what is an edition's alone."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import RegistrationMode
from agency.activities.models import Activity
from agency.activities.models.activity import ActivityQuerySet
from agency.core.validators import AtMost

MENTORING = "mentoring"


class MentoringEditionManager(models.Manager.from_queryset(ActivityQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=MENTORING)


class MentoringEdition(Activity):
    """An edition: pairs for a year, whose collective times are the kernel's sessions.

    The window of its registration is that of the call for applications. Whoever is in
    an accepted pair is enrolled by the agency.
    """

    objects = MentoringEditionManager()

    class Meta:
        proxy = True
        verbose_name = _("mentoring edition")
        verbose_name_plural = _("mentoring editions")

    def save(self, *args, **kwargs):
        self.kind = MENTORING
        self.registration_mode = RegistrationMode.APPOINTMENT
        super().save(*args, **kwargs)


class Objective(models.TextChoices):
    """What the matching seeks first (references/people.md, c4)."""

    MAX_PAIRS = "max_pairs", _("Nobody left out: as many pairs as possible")
    MAX_SCORE = "max_score", _("Best fit: a poor pair is not made")


class EditionDetails(models.Model):
    """What is an edition's alone; references/people.md (a) S1 24 to 28 has the figures."""

    # A new season begins with the same (agency.activities.services.renewal).
    copied_with_activity = True

    activity = models.OneToOneField(
        Activity,
        models.CASCADE,
        primary_key=True,
        related_name="mentoring",
        verbose_name=_("activity"),
    )
    pairs_wanted = models.PositiveSmallIntegerField(
        _("pairs"), default=11, validators=[AtMost(200)]
    )
    starts_on = models.DateField(_("the pairs begin on"), null=True, blank=True)
    ends_on = models.DateField(_("the pairs end on"), null=True, blank=True)
    interval_days = models.PositiveSmallIntegerField(
        _("days from one meeting to the next"), default=30, validators=[AtMost(120)]
    )
    meetings_expected = models.PositiveSmallIntegerField(
        _("meetings of a pair in the year"), default=10, validators=[AtMost(60)]
    )
    mentor_capacity = models.PositiveSmallIntegerField(
        _("people that a mentor may accompany"),
        default=1,
        validators=[AtMost(5)],
        help_text=_("What a mentor offers in their application may be less."),
    )
    mentor_least_years = models.PositiveSmallIntegerField(
        _("years in the profession, at least, to be a mentor"),
        default=8,
        validators=[AtMost(50)],
    )
    mentee_most_years = models.PositiveSmallIntegerField(
        _("years in the profession, at most, to be accompanied"),
        default=3,
        validators=[AtMost(50)],
        help_text=_("Whoever changes career is not counted."),
    )
    mid_term_on = models.DateField(_("mid-term review on"), null=True, blank=True)
    final_on = models.DateField(_("final review on"), null=True, blank=True)
    objective = models.CharField(
        _("matching"),
        max_length=10,
        choices=Objective,
        default=Objective.MAX_PAIRS,
    )
    least_score = models.PositiveSmallIntegerField(
        _("score under which no pair is made"),
        default=30,
        validators=[AtMost(100)],
        help_text=_("For the best fit alone."),
    )

    class Meta:
        verbose_name = _("details of the edition")
        verbose_name_plural = _("details of the editions")
        constraints = [
            models.CheckConstraint(
                name="mentoring_edition_in_order",
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_(
                    "The pairs end after they begin: check both dates."
                ),
            ),
            models.CheckConstraint(
                name="mentoring_edition_has_pairs",
                condition=Q(pairs_wanted__gt=0)
                & Q(interval_days__gt=0)
                & Q(mentor_capacity__gt=0),
                violation_error_message=_(
                    "Write at least one pair, one day and one person for each mentor."
                ),
            ),
        ]

    def __str__(self):
        return str(self.activity)

    def holds(self, day):
        """Whether a meeting may bear that date: in the year, give or take thirty days."""
        margin = timedelta(days=30)
        after = self.starts_on is None or day >= self.starts_on - margin
        return after and (self.ends_on is None or day <= self.ends_on + margin)
