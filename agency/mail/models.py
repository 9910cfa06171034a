from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agency.core.clock import now, today
from agency.core.discretion import told_to
from agency.mail.choices import Openings, Topic
from agency.mail.states import EMAIL_MOVES, EmailState


class OutgoingEmailQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("mail.view_outgoingemail"):
            return told_to(self, user)
        return self.none()

    def due(self):
        """Waiting, and not before its next attempt."""
        return self.filter(
            Q(next_attempt_at=None) | Q(next_attempt_at__lte=now()),
            state=EmailState.QUEUED,
        )


class OutgoingEmail(models.Model):
    """The outbox: written in the transaction that causes it, delivered by a task."""

    moves = EMAIL_MOVES

    key = models.CharField(_("key"), max_length=200, unique=True, editable=False)
    template = models.CharField(_("template"), max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("person"),
    )
    to = models.EmailField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=400)
    folded = models.CharField(max_length=700, blank=True, editable=False)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey()
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=EmailState,
        default=EmailState.QUEUED,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written at"))
    claimed_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=400, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, editable=False)
    # What its reader may refuse: it carries a link to do so; empty when essential.
    topic = models.CharField(
        _("topic"),
        max_length=12,
        choices=Topic,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # From then on it would make no sense: what has not left stays.
    expires_at = models.DateTimeField(_("makes sense until"), null=True, editable=False)
    # Taken by the mail server, and sent back by another later (RFC 3464).
    returned_at = models.DateTimeField(_("returned at"), null=True, editable=False)
    has_secret = models.BooleanField(_("carries a personal key"), default=False)
    secret = models.BinaryField(null=True, blank=True, editable=False)
    # Last in the row: a list of the outbox reads the rest without passing over them.
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="email_sent_iff_dated",
                condition=Q(state=EmailState.SENT, sent_at__isnull=False)
                | (~Q(state=EmailState.SENT) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="email_sent_keeps_no_secret",
                condition=~Q(state=EmailState.SENT) | Q(secret=None),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="email_due"),
            models.Index(fields=["content_type", "object_id"], name="email_about"),
            models.Index(fields=["-created_at"], name="email_written"),
            models.Index(fields=["template", "-created_at"], name="email_template"),
            models.Index(fields=["message_id"], name="email_message_id"),
        ]

    def __str__(self):
        return self.subject

    @property
    def is_account(self):
        """About an account: asked for again by its owner, never sent again by staff."""
        return self.template.startswith("account/")


class Attachment(models.Model):
    """A file that goes with a message: an issued document, or bytes of its own."""

    email = models.ForeignKey(OutgoingEmail, models.CASCADE, related_name="attachments")
    filename = models.CharField(_("file name"), max_length=200)
    mimetype = models.CharField(_("type"), max_length=100)
    document = models.ForeignKey(
        "documents.IssuedDocument", models.PROTECT, null=True, blank=True
    )
    content = models.BinaryField(null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_document_or_content",
                condition=Q(document__isnull=False, content=None)
                | Q(document=None, content__isnull=False),
            )
        ]

    def __str__(self):
        return self.filename


class QuietPeriodQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("mail.view_quietperiod") else self.none()

    def today(self):
        """Those that this day in Paris is in, their last day included."""
        day = today()
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class QuietPeriod(models.Model):
    """Weeks in which nobody is nudged: summer, a festival, holidays."""

    label = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("This day included."))

    objects = QuietPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quiet_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The period ends before it starts."),
            )
        ]

    def __str__(self):
        return self.label


class MailPreferenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class MailPreference(models.Model):
    """What somebody chose to be written about; without a row nothing was chosen."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="mail_preference",
        verbose_name=_("person"),
    )
    openings = models.CharField(
        _("new activities"),
        max_length=8,
        choices=Openings,
        default=Openings.NONE,
        db_default=Openings.NONE,
    )
    week_before = models.BooleanField(
        _("Remind me a week before each session of my groups"),
        default=True,
        db_default=True,
    )
    # The proof of the choice: announcements are read by who asked for them.
    chosen_at = models.DateTimeField(_("chosen at"), default=now, editable=False)

    objects = MailPreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of messages")
        verbose_name_plural = _("choices of messages")
        ordering = ["pk"]
        indexes = [models.Index(fields=["openings"], name="preference_openings")]

    def __str__(self):
        return f"#{self.person_id}"
