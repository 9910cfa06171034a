"""A pair: somebody who shares their experience, somebody who begins, for a year."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.activities.models import Activity
from agency.core.clock import now, today
from agency.people.models import Person
from mentoring.choices import EndedBy, EndReason, ReviewStage, Side
from mentoring.states import (
    BACK,
    JOINED,
    LIVING,
    MEETING,
    OVER,
    PAIR_MOVES,
    GoalState,
    MeetingState,
    PairState,
)

# After the end of a pair what the two wrote is kept so long, then the facts alone.
WORDS_KEPT = timedelta(days=183)
# What their addresses are called.
REVIEWS = {ReviewStage.MID_TERM: "mi-parcours", ReviewStage.FINAL: "final"}


class PairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """On the desk: who is in a pair is known to the officer in charge alone."""
        if user.has_perm("mentoring.view_pair"):
            return self.filter(activity__officer=user.pk)
        return self.none()

    def told_to(self, person):
        """Those that ``person`` is half of, and has been told of; never from the team."""
        if person.is_staff:
            return self.none()
        halves = Q(mentor=person.pk) | Q(mentee=person.pk)
        return self.filter(halves).exclude(state=PairState.PROPOSED)

    def living(self):
        return self.filter(state__in=LIVING)

    def unanswered(self):
        """Whose time to answer is over."""
        return self.filter(state=PairState.NOTIFIED, answer_by__lte=now())

    def with_facts(self):
        """Each with what the agency counts: meetings, dates, goals; never a word."""
        from mentoring.models.goal import Goal  # models in a circle
        from mentoring.models.meeting import PairMeeting  # models in a circle

        held = PairMeeting.objects.filter(state=MeetingState.HELD)
        planned = PairMeeting.objects.filter(
            state=MeetingState.PLANNED, day__gte=today()
        )
        goals = Goal.objects.exclude(state=GoalState.DROPPED)
        return self.annotate(
            held_count=Coalesce(_of_each(held, Count("pk")), 0),
            last_on=_of_each(held, Max("day")),
            next_on=_of_each(planned, Min("day")),
            goal_count=Coalesce(_of_each(goals, Count("pk")), 0),
            goals_reached=Coalesce(
                _of_each(goals.filter(state=GoalState.REACHED), Count("pk")), 0
            ),
        )

    def with_unconfirmed(self):
        """Each with the first day that one side noted and the other has not confirmed."""
        from mentoring.models.meeting import PairMeeting  # models in a circle

        noted = PairMeeting.objects.to_confirm()
        return self.annotate(
            noted_by_mentor_on=_of_each(
                noted.filter(logged_by=Side.MENTOR), Min("day")
            ),
            noted_by_mentee_on=_of_each(
                noted.filter(logged_by=Side.MENTEE), Min("day")
            ),
        )

    def with_pulses(self):
        """Each with the moment at which a side was asked what it has not answered yet."""
        from mentoring.models.health import PulseCheck  # models in a circle

        rows = PulseCheck.objects.filter(answered_at=None, pair=OuterRef("pk"))
        later = PulseCheck.objects.filter(
            pair=OuterRef("pair"), side=OuterRef("side"), number__gt=OuterRef("number")
        )
        last = rows.exclude(Exists(later)).values("asked_at")
        return self.annotate(
            mentor_waits_since=Subquery(last.filter(side=Side.MENTOR)[:1]),
            mentee_waits_since=Subquery(last.filter(side=Side.MENTEE)[:1]),
        )

    def with_agreement(self):
        """Each with its agreement in force, in dates (None where there is none).

        ``agreement_since``: when this version was prepared; ``agreement_signed_at``: when
        the last of the three signed it, or the day of the one on paper;
        ``signed_by_mentor``, ``_mentee``, ``_agency``: who has signed it so far.
        """
        from mentoring.models.agreement import annotations  # models in a circle

        return self.annotate(**annotations())

    def with_reviews(self):
        """Each with ``mid_term_mentor_sent`` and its like, true once that side sent it."""
        from mentoring.models.review import sent_by_each  # models in a circle

        return self.annotate(**sent_by_each())


def _of_each(rows, figure):
    own = rows.filter(pair=OuterRef("pk")).order_by().values("pair")
    return Subquery(own.annotate(figure=figure).values("figure"))


class Pair(models.Model):
    """Its facts. What the two write to each other is sealed, in models of its own."""

    moves = PAIR_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="pairs", verbose_name=_("edition")
    )
    mentor = models.ForeignKey(
        Person, models.PROTECT, related_name="pairs_as_mentor", verbose_name=_("mentor")
    )
    mentee = models.ForeignKey(
        Person, models.PROTECT, related_name="pairs_as_mentee", verbose_name=_("mentee")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=PairState,
        default=PairState.PROPOSED,
        editable=False,
    )
    proposed_at = models.DateTimeField(_("prepared at"), default=now, editable=False)
    notified_at = models.DateTimeField(
        pgettext_lazy("pair", "proposed at"), null=True, editable=False
    )
    answer_by = models.DateTimeField(_("answer before"), null=True, editable=False)
    mentor_accepted_at = models.DateTimeField(
        _("accepted by the mentor at"), null=True, editable=False
    )
    mentee_accepted_at = models.DateTimeField(
        _("accepted by the mentee at"), null=True, editable=False
    )
    declined_by = models.CharField(
        _("declined by"), max_length=6, choices=Side, blank=True, editable=False
    )
    activated_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, editable=False)
    ended_at = models.DateTimeField(
        pgettext_lazy("pair", "ended at"), null=True, editable=False
    )
    ended_by = models.CharField(
        _("ended early by"), max_length=6, choices=EndedBy, blank=True, editable=False
    )
    end_reason = models.CharField(
        _("why it ended early"),
        max_length=8,
        choices=EndReason,
        blank=True,
        editable=False,
    )
    # Each of the two says so: the agency reads the goals when both have.
    mentor_shares_goals = models.BooleanField(
        _("the mentor shares the goals with the agency"), default=False, editable=False
    )
    mentee_shares_goals = models.BooleanField(
        _("the mentee shares the goals with the agency"), default=False, editable=False
    )
    # When what the two wrote goes, once they are warned, and when it went.
    words_until = models.DateTimeField(
        _("their words are kept until"), null=True, editable=False
    )
    words_erased_at = models.DateTimeField(
        _("their words were erased at"), null=True, editable=False
    )
    # Their last gesture: they met, set a date or put one off, asked for help.
    answered_at = models.DateTimeField(
        _("last sign of the two at"), null=True, editable=False
    )
    # Raised by whoever writes in the room: its UPDATE is the lock (DESIGN 2).
    turn = models.PositiveIntegerField(default=0, editable=False)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "mentee"],
                condition=Q(state__in=LIVING),
                name="mentoring_one_pair_a_mentee",
            ),
            models.CheckConstraint(
                name="mentoring_pair_of_two", condition=~Q(mentor=F("mentee"))
            ),
            models.CheckConstraint(
                name="mentoring_pair_joined_by_both",
                condition=~Q(state__in=JOINED)
                | Q(mentor_accepted_at__isnull=False, mentee_accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mentoring_pair_begun",
                condition=~Q(state__in=MEETING) | Q(activated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mentoring_pair_ended",
                condition=Q(state__in=(*OVER, *BACK), ended_at__isnull=False)
                | (~Q(state__in=(*OVER, *BACK)) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="mentoring_pair_ended_for_a_reason",
                condition=(Q(state=PairState.ENDED_EARLY) & ~Q(end_reason=""))
                | (~Q(state=PairState.ENDED_EARLY) & Q(end_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "state"], name="mentoring_pair_state")
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self):
        return reverse("mentoring:pair-detail", args=[self.uuid])

    def review_url(self, stage):
        return reverse("mentoring:pair-review", args=[self.uuid, REVIEWS[stage]])

    def side_of(self, person):
        """``Side.MENTOR`` or ``Side.MENTEE``; None for anybody else."""
        halves = {self.mentor_id: Side.MENTOR, self.mentee_id: Side.MENTEE}
        return halves.get(person.pk)

    def person_of(self, side):
        return self.mentor if side == Side.MENTOR else self.mentee

    def other_of(self, side):
        return self.mentee if side == Side.MENTOR else self.mentor

    def accepted_at(self, side):
        return getattr(self, f"{side}_accepted_at")

    @property
    def is_joined(self):
        """Whether both said yes, once."""
        return self.state in JOINED

    @property
    def is_meeting(self):
        return self.state in MEETING

    @property
    def is_over(self):
        return self.state in OVER

    @property
    def words_end_at(self):
        """When what the two wrote goes, or went; None while the pair lives."""
        if not self.is_over:
            return None
        return self.words_erased_at or self.words_until or self.ended_at + WORDS_KEPT

    @property
    def shares_goals(self):
        return self.mentor_shares_goals and self.mentee_shares_goals
