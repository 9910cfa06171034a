from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import (
    ATTENDED,
    AttendanceStatus,
    AttendanceWay,
    HalfDay,
)
from agency.activities.models.enrolment import Participation
from agency.activities.models.names import names_read_by
from agency.activities.models.session import Session
from agency.activities.states import SHEET_MOVES, SheetState
from agency.documents.models import IssuedDocument
from agency.documents.storage import private_storage
from agency.people.models import Person


def scan_path(sheet, _filename):
    """Under a name of ours; its type was told from its content."""
    return f"attendance/{sheet.session.uuid}-{sheet.locks + 1}.pdf"


class AttendanceSheetQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_attendancesheet"):
            return self.filter(names_read_by(user, "session__activity"))
        return self.none()


class AttendanceSheet(models.Model):
    """Who was at a session: filled on the tablet or from paper, countersigned, locked."""

    moves = SHEET_MOVES

    session = models.OneToOneField(
        Session,
        models.CASCADE,
        related_name="attendance_sheet",
        verbose_name=_("session"),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=SheetState,
        default=SheetState.OPEN,
        editable=False,
    )
    scan = models.FileField(
        _("scanned sheet"), upload_to=scan_path, storage=private_storage, blank=True
    )
    # How often it was locked: the second lock makes its second version.
    locks = models.PositiveSmallIntegerField(
        _("version"), default=0, db_default=0, editable=False
    )
    countersigned_as = models.CharField(
        _("countersigned by"), max_length=240, blank=True, editable=False
    )
    locked_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("locked by"),
    )
    locked_at = models.DateTimeField(_("locked at"), null=True, editable=False)
    # The sheet as it was locked, on paper; None until it is made.
    document = models.OneToOneField(
        IssuedDocument,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("document"),
    )
    # When the certificates were last settled after this lock; None: they still are to be.
    certified_at = models.DateTimeField(
        _("certificates settled at"), null=True, editable=False
    )

    objects = AttendanceSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance sheet")
        verbose_name_plural = _("attendance sheets")
        ordering = ["-session__starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="sheet_locked_iff_dated",
                condition=Q(state=SheetState.LOCKED, locked_at__isnull=False)
                | Q(state=SheetState.OPEN, locked_at=None),
            )
        ]

    def __str__(self):
        return str(self.session)


class AttendanceQuerySet(models.QuerySet):
    def attended(self):
        return self.filter(status__in=ATTENDED)


class Attendance(models.Model):
    """One person, one half-day: there, late, excused, absent."""

    participation = models.ForeignKey(
        Participation,
        models.CASCADE,
        related_name="attendances",
        verbose_name=_("participation"),
    )
    half_day = models.CharField(_("half-day"), max_length=10, choices=HalfDay)
    status = models.CharField(_("attendance"), max_length=10, choices=AttendanceStatus)
    way = models.CharField(
        _("known by"),
        max_length=8,
        choices=AttendanceWay,
        default=AttendanceWay.NOTED,
    )
    # When the person pressed their name; None when somebody else noted it.
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["participation", "half_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "half_day"], name="attendance_once"
            )
        ]

    def __str__(self):
        return f"{self.participation}, {self.get_half_day_display()}"
