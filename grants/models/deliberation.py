"""What happens in a sitting: its agenda, who is there, votes, opinions, minutes (C.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.models import Versioned
from agency.people.models import Person
from grants.choices import AIDED, Block, Choice, Outcome, Via
from grants.models.application import Application
from grants.models.columns import of_member, of_sitting
from grants.models.reading import is_shut_to
from grants.models.scheme import euros
from grants.states import CURRENT, POINT_MOVES, PointState

LONG = 4000


class PointQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What the house may read, but what is shut to ``user`` (I6)."""
        if not user.has_perm("grants.view_point"):
            return self.none()
        return self.open_to(user)

    def open_to(self, person):
        shut = Application.objects.filter(is_shut_to(person)).order_by()
        return self.exclude(application__in=shut.values("pk"))

    def current(self):
        return self.filter(state__in=CURRENT)


class Point(Versioned):
    """A file on the agenda of a sitting, and what became of it there."""

    moves = POINT_MOVES
    # Two secretaries never both win.
    moves_by_version = True

    sitting = of_sitting("points")
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="points",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    block = models.CharField(
        _("block"), max_length=10, choices=Block, default=Block.DEBATED
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=PointState,
        default=PointState.WAITING,
        editable=False,
    )
    # What is put to the vote: the rapporteur's, or what an applied scenario made of it.
    amount = euros(_("amount put to the vote (\u20ac)"), null=True, blank=True)
    # Whoever leads this item: the chair, the deputy where the chair stands back.
    presided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("presided by"),
    )
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    ended_at = models.DateTimeField(
        pgettext_lazy("agenda item", "ended at"), null=True, editable=False
    )
    # The ballot.
    is_secret = models.BooleanField(_("secret ballot"), default=False)
    votes_for = models.PositiveSmallIntegerField(_("for"), default=0, editable=False)
    votes_against = models.PositiveSmallIntegerField(
        _("against"), default=0, editable=False
    )
    abstentions = models.PositiveSmallIntegerField(
        _("abstentions"), default=0, editable=False
    )
    # How the chair settled a tie, when the rules give them that voice.
    casting = models.CharField(
        _("casting vote"), max_length=7, choices=Choice, blank=True, editable=False
    )
    # Who was there when the opinion was given (I8): {"seats", "required", "counted",
    # "ok", "second", "present", "represented", "recused"}; persons by key.
    count = models.JSONField(default=dict, editable=False)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "item of an agenda")
        verbose_name_plural = pgettext_lazy("commission", "items of agendas")
        ordering = ["sitting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "application"], name="point_once"
            ),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(state__in=CURRENT),
                name="point_one_at_a_time",
            ),
            models.CheckConstraint(
                name="point_amount_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                name="point_recorded_is_dated",
                condition=~Q(state=PointState.RECORDED) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.application)

    @property
    def is_current(self):
        return self.state in CURRENT

    @property
    def is_done(self):
        return self.state == PointState.RECORDED

    @property
    def cast(self):
        """How many votes were counted."""
        return self.votes_for + self.votes_against + self.abstentions


class VoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; nobody else's, whatever their role."""
        return self.filter(member__enrolment__person_id=user.pk)


class Vote(models.Model):
    """A voice of a seat on an item, once. Of a secret ballot it says only that it was
    cast (as one signs the roll): what was chosen is added to the tallies alone (I7).
    """

    point = models.ForeignKey(
        Point, models.CASCADE, related_name="votes", verbose_name=_("item")
    )
    member = of_member("votes_cast")
    choice = models.CharField(_("choice"), max_length=7, choices=Choice, blank=True)
    via = models.CharField(
        pgettext_lazy("vote", "how"), max_length=9, choices=Via, default=Via.IN_PERSON
    )

    # Whoever expresses this voice then: the member, an alternate, the holder of a proxy.
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("vote", "expressed by"),
    )

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "vote")
        verbose_name_plural = pgettext_lazy("commission", "votes")
        ordering = ["point", "member"]
        constraints = [
            models.UniqueConstraint(fields=["point", "member"], name="vote_once")
        ]

    def __str__(self):
        return f"{self.member}, {self.point}"


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.has_perm("grants.view_point"):
            return self.none()
        shut = Application.objects.filter(is_shut_to(user)).order_by()
        return self.exclude(point__application__in=shut.values("pk"))


class Opinion(models.Model):
    """What the commission said of a file. No decision: that is signed later (B 5)."""

    point = models.OneToOneField(
        Point,
        models.CASCADE,
        primary_key=True,
        related_name="opinion",
        verbose_name=_("item"),
    )
    outcome = models.CharField(_("opinion"), max_length=12, choices=Outcome)
    amount = euros(_("amount (\u20ac)"), null=True, blank=True)
    # Told to its applicants, whatever the outcome (E.5): apart from the debate (B 7).
    told = models.TextField(_("reason, which the applicants read"), max_length=LONG)
    conditions = models.TextField(_("reservations"), max_length=LONG, blank=True)
    # Of a file that is adjourned: what the next sitting wants to know.
    questions = models.TextField(_("questions asked"), max_length=LONG, blank=True)
    # The secret of the debate: in no minutes, and never an applicant's.
    debate = models.TextField(_("notes of the debate"), max_length=LONG, blank=True)
    recorded_at = models.DateTimeField(pgettext_lazy("opinion", "recorded at"))
    recorded_by = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("opinion", "recorded by"),
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion of the commission")
        verbose_name_plural = _("opinions of the commission")
        ordering = ["point"]
        constraints = [
            models.CheckConstraint(
                name="opinion_amount_iff_aided",
                condition=Q(outcome__in=AIDED, amount__gt=0)
                | (~Q(outcome__in=AIDED) & Q(amount=None)),
                violation_error_message=_(
                    "A favourable opinion has an amount, another one has none."
                ),
            ),
            models.CheckConstraint(
                name="opinion_is_reasoned",
                condition=~Q(told=""),
                violation_error_message=_("Write the reason: the applicants read it."),
            ),
        ]

    def __str__(self):
        return f"{self.point}, {self.get_outcome_display()}"

    @property
    def is_aided(self):
        return self.outcome in AIDED
