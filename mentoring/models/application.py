"""What somebody writes to be a mentor, or to be accompanied."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.activities.models import Activity
from agency.core.clock import now
from agency.core.validators import AtMost
from agency.people.choices import OrganisationKind
from agency.people.models import Organisation, Person, Profession, Territory
from mentoring.choices import ArtForm, Meeting, Mobility, Side, Stage, Topic
from mentoring.states import (
    APPLICATION_MOVES,
    DECIDED,
    RUNNING,
    WRITABLE,
    ApplicationState,
)

S = ApplicationState
# The longest answers, in signs.
LONG, SHORT = 3000, 300


class MentoringApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; what was sent, for the officer in charge: nobody else."""
        sent = Q(edition__officer_id=user.pk) & ~Q(state=S.DRAFT)
        return self.filter(sent | Q(person_id=user.pk))

    def to_read(self):
        """Those that wait for the officer to read them."""
        return self.filter(state=S.SUBMITTED)

    def running(self):
        return self.filter(state__in=RUNNING)


class MentoringApplication(models.Model):
    """One side of a pair to be: read by the officer in charge of the edition alone."""

    moves = APPLICATION_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    edition = models.ForeignKey(
        Activity,
        models.PROTECT,
        related_name="mentoring_applications",
        verbose_name=_("edition"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="mentoring_applications",
        verbose_name=_("person"),
    )
    side = models.CharField(_("as"), max_length=6, choices=Side)
    state = models.CharField(
        _("state"),
        max_length=11,
        choices=ApplicationState,
        default=S.DRAFT,
        editable=False,
    )
    # Who one is.
    profession = models.ForeignKey(
        Profession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("profession"),
    )
    years = models.PositiveSmallIntegerField(
        _("years in the profession"), null=True, blank=True, validators=[AtMost(60)]
    )
    stage = models.CharField(_("situation"), max_length=8, choices=Stage, blank=True)
    experience = models.TextField(_("experience"), max_length=LONG, blank=True)
    # Where and how; the lists hold the codes of mentoring.choices.
    art_forms = models.JSONField(_("art forms"), default=list, blank=True)
    organisation_kinds = models.JSONField(
        _("kinds of organisation"), default=list, blank=True
    )
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    mobility = models.CharField(
        _("mobility"), max_length=11, choices=Mobility, blank=True
    )
    meeting = models.CharField(
        _("way to meet"), max_length=6, choices=Meeting, blank=True
    )
    availability = models.CharField(_("availability"), max_length=SHORT, blank=True)
    # What the pair would work on.
    topics = models.JSONField(_("topics"), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("people that one would accompany"), null=True, blank=True
    )
    expectations = models.TextField(_("expectations"), max_length=LONG, blank=True)
    motivation = models.TextField(_("motivation"), max_length=LONG, blank=True)
    keep_for_next = models.BooleanField(_("kept for the next edition"), default=False)
    # What the officer asks, decides and notes.
    asked = models.CharField(_("complement asked"), max_length=600, blank=True)
    told = models.CharField(_("reason told"), max_length=600, blank=True)
    interviewed_on = models.DateField(_("interview on"), null=True, blank=True)
    interview_note = models.TextField(_("note of the interview"), blank=True)
    note = models.TextField(_("note of the officer"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)
    submitted_at = models.DateTimeField(_("sent on"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = MentoringApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentoring application")
        verbose_name_plural = _("mentoring applications")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person", "side"], name="mentoring_application_once"
            ),
            models.CheckConstraint(
                name="mentoring_application_sent_is_dated",
                condition=Q(state=S.DRAFT) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mentoring_application_decided_is_dated",
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mentoring_application_ended_is_dated",
                condition=~Q(state__in=(S.REFUSED, S.WITHDRAWN))
                | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mentoring_application_interview_dated",
                condition=~Q(state=S.INTERVIEWED) | Q(interviewed_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["edition", "state"], name="mentoring_application_state"
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.get_side_display()}"

    def get_absolute_url(self):
        return reverse("mentoring:application-detail", args=[self.uuid])

    @property
    def is_mentor(self):
        return self.side == Side.MENTOR

    @property
    def is_draft(self):
        return self.state == S.DRAFT

    @property
    def is_writable(self):
        return self.state in WRITABLE

    @property
    def is_running(self):
        return self.state in RUNNING

    @property
    def topics_said(self):
        return said(Topic, self.topics)

    @property
    def art_forms_said(self):
        return said(ArtForm, self.art_forms)

    @property
    def organisation_kinds_said(self):
        return said(OrganisationKind, self.organisation_kinds)


def said(choices, codes):
    """The words of ``codes``, in the order of the list; an unknown code is left out."""
    return [str(label) for code, label in choices.choices if code in codes]


class VetoQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever wrote it, and the officer in charge of that very edition."""
        mine = Q(application__person_id=user.pk)
        sent = ~Q(application__state=S.DRAFT)
        return self.filter(mine | sent & Q(application__edition__officer_id=user.pk))


class Veto(models.Model):
    """Not with them: a name as the applicant writes it, which the officer links.

    Applicants choose in no list: the directory of the house is not theirs to search.
    """

    application = models.ForeignKey(
        MentoringApplication,
        models.CASCADE,
        related_name="vetoes",
        verbose_name=_("mentoring application"),
    )
    words = models.CharField(_("with whom not"), max_length=200)
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

    objects = VetoQuerySet.as_manager()

    class Meta:
        verbose_name = _("private veto")
        verbose_name_plural = _("private vetoes")
        ordering = ["pk"]

    def __str__(self):
        return f"#{self.pk}"
