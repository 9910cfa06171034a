import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import DifficultyKind, Selection
from agency.activities.models.activity import Activity
from agency.activities.models.enrolment import Enrolment
from agency.activities.models.names import names_read_by
from agency.activities.states import INVITATION_MOVES, InvitationState
from agency.core.clock import now
from agency.people.models import Organisation, Person


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A motivation is read by the officer in charge, and by whoever wrote it."""
        return self.filter(
            Q(enrolment__activity__officer_id=user.pk) | Q(enrolment__person_id=user.pk)
        )


class Application(models.Model):
    """What a candidate says of their request, and what the board says of it."""

    enrolment = models.OneToOneField(
        Enrolment,
        models.CASCADE,
        primary_key=True,
        related_name="application",
        verbose_name=_("enrolment"),
    )
    motivation = models.TextField(_("motivation"), max_length=3000, blank=True)
    # A code among those that the kind of activity proposes (kinds.Kind.topics).
    topic = models.CharField(_("category of situations"), max_length=30, blank=True)
    selection = models.CharField(
        _("selection"),
        max_length=8,
        choices=Selection,
        default=Selection.OPEN,
        blank=True,
        editable=False,
    )
    # Told to the candidate when the selection is applied.
    reason = models.CharField(_("reason told"), max_length=600, blank=True)
    selected_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    selected_at = models.DateTimeField(null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["pk"]

    def __str__(self):
        return str(self.enrolment)


class DifficultyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The officer in charge, and whoever declared it: nobody else."""
        return self.filter(
            Q(enrolment__activity__officer_id=user.pk) | Q(enrolment__person_id=user.pk)
        )


class Difficulty(models.Model):
    """Not with them: declared in private before the charter is signed."""

    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        related_name="difficulties",
        verbose_name=_("enrolment"),
    )
    kind = models.CharField(_("difficulty"), max_length=12, choices=DifficultyKind)
    with_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    with_organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    text = models.CharField(_("in a few words"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("declared at"), default=now, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="difficulty_with_somebody",
                condition=Q(with_person__isnull=False)
                | Q(with_organisation__isnull=False),
            )
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def told(self):
        """With whom, in words, for whoever declared it and for the officer in charge."""
        if self.kind == DifficultyKind.ORGANISATION:
            return str(self.with_organisation)
        if self.kind == DifficultyKind.HIERARCHY:
            said = {"person": self.with_person}
            return gettext("%(person)s, one reports to the other") % said
        return str(self.with_person)


def addressed_to(person):
    """A condition on invitations: to this very person, or to the address that they have."""
    theirs = Q(person_id=person.pk)
    return theirs | Q(email=person.email) if person.email else theirs


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_invitation"):
            return self.filter(names_read_by(user, "activity"))
        own = addressed_to(user)
        return self.filter(own | Q(sponsor_id=user.pk))

    def of(self, person):
        """Those that are addressed to ``person`` and still stand."""
        sent = self.filter(state=InvitationState.SENT)
        return sent.filter(addressed_to(person))


class Invitation(models.Model):
    """Somebody is asked to join, by the agency or by a member who proposes them."""

    moves = INVITATION_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="invitations", verbose_name=_("activity")
    )
    # Of somebody the agency knows already, whatever the address they are invited at.
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail address"))
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    # The member who proposes them; None when the agency invites.
    sponsor = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    words = models.CharField(_("why them"), max_length=500, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=InvitationState,
        default=InvitationState.PROPOSED,
        editable=False,
    )
    created_at = models.DateTimeField(_("proposed at"), default=now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "email"],
                condition=Q(state__in=(InvitationState.PROPOSED, InvitationState.SENT)),
                name="invitation_one_standing",
                violation_error_message=_("This person is invited already."),
            )
        ]

    def __str__(self):
        return f"{self.name}, {self.activity}"

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def name(self):
        """Their name; else the address, until it is forgotten."""
        named = f"{self.given_name} {self.family_name}".strip()
        return named or self.email or f"#{self.pk}"

    @property
    def is_prepared(self):
        """By the agency, before anybody can register."""
        return self.state == InvitationState.PROPOSED and self.sponsor_id is None
