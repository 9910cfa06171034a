from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import NeedKind, QuestionKind, Readers
from agency.activities.models.activity import Activity
from agency.activities.models.enrolment import Enrolment
from agency.activities.models.facilitator import Facilitator
from agency.activities.states import INSIDE
from agency.core import dates
from agency.core.clock import now
from agency.core.validators import AtMost

CHOICES = (QuestionKind.CHOICE, QuestionKind.MULTI)


class Question(models.Model):
    """One question of the form of an activity."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="questions", verbose_name=_("activity")
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, validators=[AtMost(100)]
    )
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    kind = models.CharField(
        _("answer"), max_length=8, choices=QuestionKind, default=QuestionKind.TEXT
    )
    options = models.TextField(
        _("choices"), blank=True, help_text=_("One on each line.")
    )
    required = models.BooleanField(_("an answer is needed"), default=False)
    depends_on = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked only after"),
    )
    depends_value = models.CharField(
        _("if the answer is"),
        max_length=200,
        blank=True,
        help_text=_("yes, or a choice"),
    )
    readers = models.CharField(
        _("read by"), max_length=12, choices=Readers, default=Readers.OFFICER
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.label

    def clean(self):
        super().clean()
        if self.kind in CHOICES and len(self.choices) < 2:
            raise ValidationError(
                {"options": _("Write at least two choices, one on each line.")}
            )

    @property
    def choices(self):
        """What one chooses among, as written."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those whom the form named: the officer in charge, and who more.

        The person reads their own. What the members of a group wrote is read by whoever
        leads its sessions, and by those who have a seat, when the question says so.
        """
        own = Enrolment.objects.confirmed().filter(person=user.pk)
        led = Facilitator.objects.leading(user)
        inside = Q(enrolment__state__in=INSIDE)
        return self.filter(
            Q(enrolment__activity__officer_id=user.pk)
            | Q(enrolment__person_id=user.pk)
            | inside
            & Q(question__readers__in=(Readers.FACILITATOR, Readers.GROUP))
            & Q(enrolment__activity__in=led.values("activity"))
            | inside
            & Q(question__readers=Readers.GROUP)
            & Q(enrolment__activity__in=own.values("activity"))
        )


class Answer(models.Model):
    """What somebody answered to a question when they registered."""

    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="answers", verbose_name=_("enrolment")
    )
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    # A string, a list of strings, a number, true or false, an ISO date.
    value = models.JSONField(_("answer"))

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "question"], name="answer_once"
            )
        ]

    def __str__(self):
        return str(self.question)

    def said(self):
        """The answer in words."""
        kind, value = self.question.kind, self.value
        if kind == QuestionKind.BOOL:
            return _("yes") if value else _("no")
        if kind == QuestionKind.MULTI:
            return ", ".join(value)
        if kind == QuestionKind.DATE:
            return dates.day_year(date.fromisoformat(value))
        if kind == QuestionKind.NUMBER:
            return localize(value)
        return str(value)


class AccessNeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The officer in charge, the disability officer, and the person (article 9 GDPR)."""
        if user.has_perm("activities.view_any_access_need"):
            return self
        return self.filter(
            Q(enrolment__activity__officer_id=user.pk) | Q(enrolment__person_id=user.pk)
        )


class AccessNeed(models.Model):
    """What somebody needs to come and to eat; deleted 30 days after the last session."""

    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        related_name="access_needs",
        verbose_name=_("enrolment"),
    )
    kind = models.CharField(_("need"), max_length=8, choices=NeedKind)
    text = models.CharField(_("what is needed"), max_length=500)
    created_at = models.DateTimeField(_("told at"), default=now, editable=False)

    objects = AccessNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("access need")
        verbose_name_plural = _("access needs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind"], name="access_need_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.enrolment}"
