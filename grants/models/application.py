"""An application for aid: who asks, for which show, at which sitting, in which state."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum import iban
from stdnum.exceptions import ValidationError as NotANumber

from agency.core.clock import now
from agency.core.models import Versioned
from agency.documents.models import IssuedDocument
from agency.people.models import Organisation, Person
from agency.people.models.organisations import check_siret
from grants.choices import EditorRole, RevisionReason
from grants.models.rows import seen_with
from grants.models.scheme import Scheme, SchemeVersion, euros
from grants.models.show import OfOrganisationQuerySet, Show
from grants.models.sitting import Sitting
from grants.states import (
    APPLICATION_MOVES,
    ENDED,
    RUNNING,
    WRITABLE,
    ApplicationState,
)

S = ApplicationState
LONG, SHORT = 4000, 300

# PLATESV-D-AAAA-NNNNNN (declaration) or -R- (renewal); or the short form L-R-19-839.
check_licence = RegexValidator(
    r"^(PLATESV-[DR]-\d{4}-\d{6}|L-[DR]-\d{2}-\d{1,6})$",
    _(
        "A show licence reads PLATESV-D-2024-001234, or L-R-19-839 in its short form: "
        "check its receipt."
    ),
    code="licence",
)


def check_iban(value):
    """Raise ValidationError unless ``value`` is an IBAN (ISO 13616, with its checksum)."""
    try:
        iban.validate(value)
    except NotANumber as error:
        raise ValidationError(
            _("This IBAN is not right: type it again from the bank details."),
            code="iban",
        ) from error


def written_by(user):
    """The keys of the applications in which ``user`` writes, as a subquery."""
    # No join: its rows would come twice, and be told apart by all their texts.
    lines = ApplicationEditor.objects.filter(person_id=user.pk)
    return lines.order_by().values("application")


def _shut_to(user):
    from grants.models.reading import is_shut_to  # it reads applications itself

    return is_shut_to(user)


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, invited or in charge; what was sent, for the team of the house.

        A recusal holds for the team too. Members of a commission read theirs through
        ``grants.models.reading``.
        """
        if not user.is_authenticated:
            return self.none()
        mine = Q(pk__in=written_by(user))
        if user.has_perm("grants.view_application"):
            mine |= ~Q(state=S.DRAFT) & ~_shut_to(user)
        return self.filter(mine)

    def for_the_desk_of(self, user):
        """What was sent, but what is shut to ``user``: nobody handles their own file."""
        rows = self.sent().exclude(_shut_to(user))
        return rows.annotate(shut_to_reader=Value(False))

    def sent(self):
        return self.exclude(state=S.DRAFT)

    def running(self):
        return self.filter(state__in=RUNNING)


class Application(Versioned):
    """Its rules are those of the day it was begun, or taken over since; fixed once sent."""

    moves = APPLICATION_MOVES
    # I11: two open tabs never both win, not even around a step back.
    moves_by_version = True

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    # Given when it is sent: MOB-2026-S3-0042.
    number = models.CharField(  # noqa: DJ001 - unique once given, absent before
        _("number"), max_length=24, null=True, unique=True, editable=False
    )
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="applications", verbose_name=_("scheme")
    )
    rules = models.ForeignKey(
        SchemeVersion,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("rules"),
    )
    sitting = models.ForeignKey(
        Sitting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("sitting"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="grant_applications",
        verbose_name=_("organisation"),
    )
    show = models.ForeignKey(
        Show,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("show"),
    )
    title = models.CharField(_("name of the tour or the trip"), max_length=200)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ApplicationState,
        default=S.DRAFT,
        editable=False,
    )
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("taken over from"),
    )
    # The organisation as it was when this was sent.
    siret = models.CharField(
        _("SIRET number"), max_length=14, blank=True, validators=[check_siret]
    )
    licence = models.CharField(
        _("show licence"), max_length=24, blank=True, validators=[check_licence]
    )
    licence_until = models.DateField(_("licence valid until"), null=True, blank=True)
    iban = models.CharField(
        _("IBAN"), max_length=34, blank=True, validators=[check_iban]
    )
    account_holder = models.CharField(
        _("holder of the account"), max_length=160, blank=True
    )
    # What is written for the commission.
    purpose = models.TextField(
        _("the tour in a few lines"), max_length=LONG, blank=True
    )
    stakes = models.TextField(
        _("what is at stake for the team"), max_length=LONG, blank=True
    )
    solidarity = models.TextField(
        _("how the return would be shared"), max_length=LONG, blank=True
    )
    greener = models.TextField(
        _("what is done to travel lighter"), max_length=LONG, blank=True
    )
    requested = euros(_("aid asked for (\u20ac)"), null=True, blank=True)
    # What the engine and the rapporteur came to; the computation has the steps.
    computed = euros(_("aid computed (\u20ac)"), null=True, blank=True, editable=False)
    proposed = euros(_("aid proposed (\u20ac)"), null=True, blank=True, editable=False)
    rapporteur = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instructed_applications",
        verbose_name=_("rapporteur"),
    )
    told = models.CharField(_("reason told"), max_length=600, blank=True)
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)
    saved_at = models.DateTimeField(_("saved at"), default=now, editable=False)
    submitted_at = models.DateTimeField(_("sent on"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("grants", "application")
        verbose_name_plural = pgettext_lazy("grants", "applications")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="application_sent_is_numbered",
                condition=Q(state=S.DRAFT)
                | Q(
                    submitted_at__isnull=False,
                    number__isnull=False,
                    sitting__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="application_ended_is_dated",
                condition=~Q(state__in=ENDED) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_amounts_not_negative",
                condition=(Q(requested=None) | Q(requested__gte=0))
                & (Q(computed=None) | Q(computed__gte=0))
                & (Q(proposed=None) | Q(proposed__gte=0)),
                violation_error_message=_("An amount is not negative."),
            ),
        ]
        indexes = [
            models.Index(fields=["sitting", "state"], name="application_pipeline"),
            models.Index(fields=["state", "-submitted_at"], name="application_sent"),
            # The list of the desk, page by page.
            models.Index(fields=["-submitted_at", "-id"], name="application_latest"),
            models.Index(fields=["siret"], name="application_siret"),
            models.Index(fields=["iban"], name="application_iban"),
        ]

    def __str__(self):
        return self.number or self.title

    def get_absolute_url(self):
        return reverse("grants:application-detail", args=[self.uuid])

    @property
    def is_draft(self):
        return self.state == S.DRAFT

    @property
    def is_writable(self):
        return self.state in WRITABLE

    @property
    def is_running(self):
        return self.state in RUNNING


class ApplicationEditor(models.Model):
    """Somebody of the organisation who writes in an application."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="editors",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        related_name="edited_applications",
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=EditorRole,
        default=EditorRole.COLLABORATOR,
    )
    may_submit = models.BooleanField(
        pgettext_lazy("editor", "may send it"), default=False
    )
    added_at = models.DateTimeField(_("added at"), default=now, editable=False)

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("editor of an application")
        verbose_name_plural = _("editors of applications")
        ordering = ["-role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="application_editor_once"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(role=EditorRole.OWNER),
                name="application_one_owner",
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.get_role_display()}"


class ApplicationRevision(models.Model):
    """The application as it was sent: never changed, only followed by another."""

    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="revisions",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    number = models.PositiveSmallIntegerField(_("revision"))
    reason = models.CharField(_("reason"), max_length=10, choices=RevisionReason)
    snapshot = models.JSONField(_("content"))
    # Of the canonical JSON of the content: sorted keys, no spaces, UTF-8.
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    submitted_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    submitted_at = models.DateTimeField(_("sent at"))
    receipt = models.ForeignKey(
        IssuedDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("summary"),
    )

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["application", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="application_revision_once"
            )
        ]

    def __str__(self):
        return f"{self.application}, {self.number}"


class Extension(models.Model):
    """One organisation may still send for a sitting after its deadline, and why."""

    sitting = models.ForeignKey(
        Sitting, models.CASCADE, related_name="extensions", verbose_name=_("sitting")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    until = models.DateTimeField(pgettext_lazy("extension", "until"))
    reason = models.CharField(_("reason"), max_length=SHORT)
    granted_by = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted at"), default=now, editable=False)

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of a deadline")
        verbose_name_plural = _("extensions of deadlines")
        ordering = ["sitting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "organisation"], name="extension_once"
            )
        ]

    def __str__(self):
        return f"{self.organisation}, {self.sitting}"
