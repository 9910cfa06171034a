"""A matching that was made: what it was given, what came out, what was settled by hand."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.activities.models import Activity
from agency.core.clock import now
from agency.people.models import Person
from mentoring.models.application import MentoringApplication
from mentoring.models.edition import Objective
from mentoring.models.pair import Pair


class MatchRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Scores are read by the officer in charge alone (people.md, c5)."""
        return self.filter(edition__officer_id=user.pk)


class MatchRun(models.Model):
    """One press on the button. Its snapshot makes the same pairs again, to the letter.

    ``result`` holds what is not a pair: total, those without one and why, pairs that
    would rather be others, seats that are left. Read by ``services.matching``.
    """

    edition = models.ForeignKey(
        Activity,
        models.PROTECT,
        related_name="match_runs",
        verbose_name=_("edition"),
    )
    number = models.PositiveIntegerField(pgettext_lazy("matching", "number"))
    objective = models.CharField(_("matching"), max_length=10, choices=Objective)
    floor = models.PositiveSmallIntegerField(_("score under which no pair is made"))
    weights = models.JSONField(_("what each criterion counts for"))
    version = models.CharField(_("version of the rules"), max_length=16)
    fingerprint = models.CharField(
        pgettext_lazy("matching", "fingerprint"), max_length=64
    )
    snapshot = models.JSONField(_("what was given"))
    result = models.JSONField(_("result"))
    made_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), default=now, editable=False)
    published_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(
        pgettext_lazy("matching", "published at"), null=True, editable=False
    )

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mentoring", "matching")
        verbose_name_plural = pgettext_lazy("mentoring", "matchings")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="mentoring_match_run_number"
            ),
            models.CheckConstraint(
                name="mentoring_match_run_published_by",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.number}"

    @property
    def is_published(self):
        return self.published_at is not None

    @property
    def is_whole(self):
        """False once somebody who was in it has left (privacy.matching)."""
        return bool(self.snapshot)


class MatchProposal(models.Model):
    """Two people of a run, why, and who else would do.

    ``lines`` are the criteria (mentoring.matching.scoring.Line), ``alternatives`` the
    best of the others for each side; ``pair`` is what was made of it, once published.
    """

    run = models.ForeignKey(
        MatchRun,
        models.CASCADE,
        related_name="proposals",
        verbose_name=pgettext_lazy("mentoring", "matching"),
    )
    mentor = models.ForeignKey(
        MentoringApplication,
        models.CASCADE,
        related_name="+",
        verbose_name=_("mentor"),
    )
    mentee = models.ForeignKey(
        MentoringApplication,
        models.CASCADE,
        related_name="+",
        verbose_name=_("mentee"),
    )
    score = models.PositiveSmallIntegerField(_("score"))
    locked = models.BooleanField(_("locked"))
    lines = models.JSONField(_("criteria"))
    alternatives = models.JSONField(_("alternatives"))
    pair = models.OneToOneField(
        Pair,
        models.PROTECT,
        null=True,
        related_name="match",
        verbose_name=_("pair"),
    )

    class Meta:
        verbose_name = _("proposed pair")
        verbose_name_plural = _("proposed pairs")
        ordering = ["-score", "mentee_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "mentee"], name="mentoring_one_proposal_a_mentee"
            ),
            models.CheckConstraint(
                name="mentoring_proposal_score",
                condition=Q(score__gte=0, score__lte=100),
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"


class RuleKind(models.TextChoices):
    LOCK = "lock", pgettext_lazy("matching", "Locked")
    BAN = "ban", pgettext_lazy("matching", "Forbidden")
    # The directory does not know who works above whom: the officer does.
    HIERARCHY = "hierarchy", _("Hierarchical link")


class MatchRule(models.Model):
    """What the officer settles by hand: these two together, or never.

    It holds for every run of the edition until it is lifted: the row then goes, and the
    journal keeps who did what and when.
    """

    mentor = models.ForeignKey(
        MentoringApplication,
        models.CASCADE,
        related_name="+",
        verbose_name=_("mentor"),
    )
    mentee = models.ForeignKey(
        MentoringApplication,
        models.CASCADE,
        related_name="+",
        verbose_name=_("mentee"),
    )
    kind = models.CharField(_("rule"), max_length=9, choices=RuleKind)
    reason = models.CharField(
        pgettext_lazy("matching", "reason"), max_length=200, blank=True
    )
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("matching", "by"),
    )
    at = models.DateTimeField(
        pgettext_lazy("matching", "on"), default=now, editable=False
    )

    class Meta:
        verbose_name = _("lock or ban")
        verbose_name_plural = _("locks and bans")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "mentee"], name="mentoring_one_rule_a_pair"
            ),
            models.CheckConstraint(
                name="mentoring_rule_of_two", condition=~Q(mentor=F("mentee"))
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_lock(self):
        return self.kind == RuleKind.LOCK
