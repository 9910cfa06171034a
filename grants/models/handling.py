"""What is said about a file: documents, what is asked, the thread, notes, the report."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core import dates
from agency.core.clock import now
from agency.core.models import Versioned
from agency.documents.storage import private_storage
from agency.people.models import Person
from grants.choices import PaperCheck, ProposedOpinion, Scan
from grants.models.application import Application
from grants.models.reading import is_shut_to
from grants.models.rows import seen_with
from grants.models.scheme import euros
from grants.states import COMPLETION_MOVES, CompletionState

LONG = 6000


class TeamQuerySet(seen_with("application")):
    """Of the house: no applicant reads it, not even about their own application."""

    def visible_to(self, user):
        if not user.has_perm("grants.view_internalnote"):
            return self.none()
        shut = Application.objects.filter(is_shut_to(user)).order_by()
        return super().visible_to(user).exclude(application__in=shut.values("pk"))


def paper_path(paper, _filename):
    """A name of ours, whatever the file was called."""
    return f"grants/{paper.application_id}/{paper.uuid}"


class ApplicationDocument(models.Model):
    """A file that the applicant gave for a requirement (its ``key``), and its check."""

    uuid = models.UUIDField(
        _("address"), default=uuid.uuid4, unique=True, editable=False
    )
    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="documents",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    requirement = models.SlugField(_("document asked"), max_length=40)
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=paper_path, max_length=200
    )
    name = models.CharField(_("name of the file"), max_length=200)
    media_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    # The date that the paper bears: its validity counts from there.
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    scan = models.CharField(
        _("virus scan"), max_length=8, choices=Scan, default=Scan.PENDING
    )
    check_state = models.CharField(
        _("check"), max_length=8, choices=PaperCheck, default=PaperCheck.TO_CHECK
    )
    checked_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    comment = models.CharField(_("what is wrong"), max_length=300, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    uploaded_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    uploaded_at = models.DateTimeField(_("given at"), default=now)

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("document of an application")
        verbose_name_plural = _("documents of applications")
        ordering = ["requirement", "-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="paper_checked_is_dated",
                condition=Q(check_state=PaperCheck.TO_CHECK)
                | Q(checked_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name


class CompletionRequest(models.Model):
    """What the house asks of the applicants, item by item, until a day."""

    moves = COMPLETION_MOVES

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="completions",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=CompletionState,
        default=CompletionState.SENT,
        editable=False,
    )
    message = models.TextField(_("message"), max_length=2000, blank=True)
    due_on = models.DateField(_("to answer until"))
    sent_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    sent_at = models.DateTimeField(_("asked at"), default=now)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("completion asked")
        verbose_name_plural = _("completions asked")
        ordering = ["application", "-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=CompletionState.SENT),
                name="completion_one_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.application}, {dates.day_year(self.due_on)}"


class CompletionItem(models.Model):
    """One thing that is asked: a section of the application, or a document."""

    request = models.ForeignKey(
        CompletionRequest,
        models.CASCADE,
        related_name="items",
        verbose_name=_("completion asked"),
    )
    # ``section:performances`` or ``document:rib``.
    target = models.CharField(_("about"), max_length=60)
    message = models.CharField(_("what is missing"), max_length=300)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = seen_with("request__application").as_manager()

    class Meta:
        verbose_name = _("item asked")
        verbose_name_plural = _("items asked")
        ordering = ["request", "pk"]

    def __str__(self):
        return self.message


class ThreadMessage(models.Model):
    """Between the applicants and the house: both read it."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="messages",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    author = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    # Written for the house, not as one of the organisation.
    from_staff = models.BooleanField(_("from the agency"), default=False)
    body = models.TextField(_("message"), max_length=LONG)
    sent_at = models.DateTimeField(_("sent at"), default=now)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["application", "sent_at", "pk"]

    def __str__(self):
        return f"#{self.pk}"


class InternalNote(models.Model):
    """Between the team: no applicant reads it, anywhere (references/grants.md, I10)."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="notes",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    author = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("note"), max_length=LONG)
    written_at = models.DateTimeField(_("written at"), default=now)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["application", "-written_at", "-pk"]

    def __str__(self):
        return f"#{self.pk}"


class InstructionReport(Versioned):
    """The rapporteur's report, for the commission (references/grants.md, C.1)."""

    application = models.OneToOneField(
        Application,
        models.CASCADE,
        primary_key=True,
        related_name="report",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    summary = models.TextField(_("the project in short"), max_length=LONG, blank=True)
    eligibility = models.TextField(_("eligibility"), max_length=LONG, blank=True)
    context = models.TextField(_("artistic context"), max_length=LONG, blank=True)
    budget = models.TextField(_("the budget"), max_length=LONG, blank=True)
    risks = models.TextField(_("risks and reservations"), max_length=LONG, blank=True)
    opinion = models.CharField(
        _("opinion proposed"), max_length=12, choices=ProposedOpinion, blank=True
    )
    # Empty: the amount computed; above it only with a reason.
    amount = euros(_("aid proposed (\u20ac)"), null=True, blank=True)
    override_reason = models.CharField(
        _("why another amount than computed"), max_length=600, blank=True
    )
    written_at = models.DateTimeField(_("written at"), null=True, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapporteur's report")
        verbose_name_plural = _("rapporteurs' reports")

    def __str__(self):
        return str(self.application)
