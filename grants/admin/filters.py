"""How the list of files is narrowed: by sitting, and by what waits."""

from copy import copy

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from agency.core.admin import RelatedFilter
from agency.core.admin.filters import PresetFilter
from agency.core.clock import today
from grants.models import ApplicationDocument, CompletionRequest
from grants.services import pipeline
from grants.states import RUNNING, ApplicationState, CompletionState

S, C = ApplicationState, CompletionState


class SittingFilter(RelatedFilter):
    """The sittings that have a file, the last deadline first."""

    def _rows(self, field, request):
        return list(pipeline.sittings()[: self.shown])


class StateFilter(admin.ChoicesFieldListFilter):
    """Every state that stands in the list: a draft never does."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        super().__init__(field, request, params, model, model_admin, field_path)
        self.field = copy(field)
        self.field.choices = [one for one in field.flatchoices if one[0] != S.DRAFT]


class UncountedFilter(RelatedFilter):
    """Without counts: each column of them is one question more."""

    def choices(self, changelist):
        plain = copy(changelist)
        plain.add_facets = False
        return super().choices(plain)


def overdue():
    """Asked to complete, and the day is over."""
    asked = CompletionRequest.objects.filter(
        application=OuterRef("pk"), state__in=(C.SENT, C.EXPIRED), due_on__lt=today()
    )
    return Q(state=S.COMPLETION) & Exists(asked.order_by())


def expiring():
    """A paper of theirs is no longer valid on the day of the sitting."""
    papers = ApplicationDocument.objects.filter(
        application=OuterRef("pk"),
        replaced_by=None,
        expires_on__lt=OuterRef("sitting__session__starts_at__date"),
    )
    return Q(state__in=RUNNING) & Exists(papers.order_by())


class WaitingFilter(PresetFilter):
    title = gettext_lazy("what waits")
    parameter_name = "attend"
    presets = {
        "a-controler": (gettext_lazy("To check"), Q(state=S.SUBMITTED)),
        "complements-en-retard": (gettext_lazy("Completion overdue"), overdue),
        "pieces-expirees": (
            gettext_lazy("A document expires before the sitting"),
            expiring,
        ),
        "sans-rapporteur": (
            gettext_lazy("Without a rapporteur"),
            Q(state__in=RUNNING, rapporteur=None),
        ),
    }
