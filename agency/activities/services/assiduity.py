"""What attendance comes to, over the sheets that are locked: the share, the threshold."""

from dataclasses import dataclass

from django.db.models import Count, Q

from agency.activities.choices import ATTENDED
from agency.activities.models import Attendance
from agency.activities.services.roll import ON_THE_ROLL
from agency.activities.states import SheetState


@dataclass(frozen=True)
class Assiduity:
    """``attended`` half-days of the ``planned`` ones, on the sheets that are locked."""

    attended: int
    planned: int
    threshold: int

    @property
    def percent(self):
        """Rounded down: eighty is not reached by almost."""
        return self.attended * 100 // self.planned if self.planned else 0

    @property
    def reached(self):
        return self.planned > 0 and self.attended * 100 >= self.threshold * self.planned


def locked(enrolment):
    """The attendances of ``enrolment`` that are certain: on the sheets that are locked."""
    return Attendance.objects.filter(
        participation__enrolment=enrolment,
        participation__state__in=ON_THE_ROLL,
        participation__session__attendance_sheet__state=SheetState.LOCKED,
    )


def assiduity(enrolment):
    """The ``Assiduity`` of an enrolment."""
    counted = locked(enrolment).aggregate(
        planned=Count("pk"), attended=Count("pk", filter=Q(status__in=ATTENDED))
    )
    return Assiduity(threshold=enrolment.activity.attendance_threshold, **counted)


def shown(enrolment):
    """What the page of an enrolment says of it: context of ``_attendance.html``."""
    found = assiduity(enrolment)
    return {"assiduity": found if found.planned else None}
