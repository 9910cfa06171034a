"""What the house pays for: schemes, and the versions of their rules."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now, today
from agency.core.models import Versioned
from agency.core.validators import AtMost
from agency.people.models import Person
from grants.choices import Beneficiary, Majority, SchemeKind
from grants.states import RULES_MOVES, RulesState

LONG = 4000


def euros(label, **kwargs):
    """A column of euros, two decimals, up to 9,999,999,999.99."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, **kwargs)


def percent(label, **kwargs):
    return models.PositiveSmallIntegerField(label, validators=[AtMost(100)], **kwargs)


class SchemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those with published rules are everybody's; the others are the house's."""
        if user.has_perm("grants.view_scheme"):
            return self
        return self.public()

    def public(self):
        return self.filter(
            is_listed=True, versions__state=RulesState.PUBLISHED
        ).distinct()


WITHOUT_SHOW = {
    *(SchemeKind.PROMOB, SchemeKind.POOLED, SchemeKind.NETWORK),
    SchemeKind.INTERNATIONALISATION,
}


class Scheme(Versioned):
    """A scheme of aid, with a page of its own for as long as the house offers it."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    # Begins the numbers of its applications: MOB-2026-S3-0042.
    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=SchemeKind)
    beneficiary = models.CharField(
        _("who receives it"), max_length=12, choices=Beneficiary
    )
    summary = models.CharField(_("in one sentence"), max_length=300)
    officer = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="schemes",
        verbose_name=_("officer in charge"),
    )
    is_listed = models.BooleanField(_("shown on the site"), default=True)
    takes_applications = models.BooleanField(
        _("one applies here"),
        default=True,
        help_text=_("Otherwise its page says what it is, and where one applies."),
    )
    apply_elsewhere = models.CharField(
        _("where one applies instead"), max_length=300, blank=True
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("grants:scheme-detail", args=[self.slug])

    @property
    def tours_a_show(self):
        """False where people travel, or a network acts, without a show."""
        return self.kind not in WITHOUT_SHOW

    def rules_on(self, day=None):
        """The ``SchemeVersion`` in force on ``day`` (today), or None."""
        return self.versions.in_force(day).first()


class SchemeVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("grants.view_schemeversion"):
            return self
        return self.exclude(state=RulesState.DRAFT)

    def in_force(self, day=None):
        """Published and begun on ``day`` (today), the newest first."""
        day = day or today()
        rows = self.filter(state=RulesState.PUBLISHED, valid_from__lte=day)
        return rows.filter(Q(valid_until=None) | Q(valid_until__gte=day)).order_by(
            "-valid_from", "-number"
        )


class SchemeVersion(Versioned):
    """The rules of a scheme as they are published: nothing in them changes after that.

    Its rows (zones, expenses and their scales, rules of eligibility, documents, criteria)
    belong to it alone; a new version begins as a copy of the one before.
    """

    moves = RULES_MOVES

    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="versions", verbose_name=_("scheme")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RulesState,
        default=RulesState.DRAFT,
        editable=False,
    )
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    is_example = models.BooleanField(
        _("example values"),
        default=False,
        help_text=_("Says on every page that the amounts are not those of the agency."),
    )
    # What people read.
    pays = models.TextField(_("what it pays"), max_length=LONG)
    who = models.TextField(_("for whom"), max_length=LONG)
    conditions = models.TextField(_("conditions"), max_length=LONG, blank=True)
    solidarity = models.TextField(_("solidarity return"), max_length=LONG, blank=True)
    source = models.CharField(
        _("text that it comes from"),
        max_length=200,
        blank=True,
        help_text=_("Regulation and its date, as it is quoted beside each step."),
    )
    # What limits an aid (references/grants.md, C.6), empty: no such limit.
    cap_per_performance = euros(
        _("most for a performance (\u20ac)"), null=True, blank=True
    )
    performances_counted = models.PositiveSmallIntegerField(
        _("performances that count, at most"),
        null=True,
        blank=True,
        validators=[AtMost(200)],
    )
    cap_per_application = euros(
        _("most for an application (\u20ac)"), null=True, blank=True
    )
    cap_per_show_season = euros(
        _("most for a show in a season (\u20ac)"), null=True, blank=True
    )
    cap_per_beneficiary_year = euros(
        _("most for an organisation in a year (\u20ac)"), null=True, blank=True
    )
    public_ceiling = percent(
        _("public aid, at most (% of the expenses)"), null=True, blank=True
    )
    cap_to_deficit = models.BooleanField(_("no more than the deficit"), default=False)
    deduct_host = models.BooleanField(
        _("what the host bears is deducted"), default=True
    )
    minimum_award = euros(_("nothing under (\u20ac)"), default=0)
    rounding = models.PositiveSmallIntegerField(
        _("rounded down to (\u20ac)"), default=10, validators=[AtMost(1000)]
    )
    # How it is paid and accounted for.
    advance = percent(_("advance (%)"), default=70)
    report_days = models.PositiveSmallIntegerField(
        _("final report, days after the last performance"),
        default=90,
        validators=[AtMost(730)],
    )
    lapse_days = models.PositiveSmallIntegerField(
        _("aid lapses after so many days without a signature"),
        default=180,
        validators=[AtMost(730)],
    )
    # How the commission decides (references/grants.md, E.5).
    quorum = percent(_("quorum (% of the members)"), default=50)
    majority = models.CharField(
        _("majority"), max_length=10, choices=Majority, default=Majority.SIMPLE
    )
    casting_vote = models.BooleanField(_("casting vote of the chair"), default=True)
    proxies = models.PositiveSmallIntegerField(
        _("proxies that a member may hold"), default=1, validators=[AtMost(3)]
    )
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules")
        verbose_name_plural = pgettext_lazy("several", "rules")
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"], name="scheme_version_once"
            ),
            models.CheckConstraint(
                name="scheme_version_published_is_dated",
                condition=Q(state=RulesState.DRAFT) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_version_in_order",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The rules end before they begin."),
            ),
            models.CheckConstraint(
                name="scheme_version_rounds",
                condition=Q(rounding__gt=0),
                violation_error_message=_("Round to one euro at least."),
            ),
        ]

    def __str__(self):
        return f"{self.scheme}, version {self.number}"

    @property
    def is_frozen(self):
        return self.state != RulesState.DRAFT

    @property
    def is_in_force(self):
        """Whether these are the days of published rules."""
        day = today()
        begun = self.state == RulesState.PUBLISHED and self.valid_from <= day
        return begun and (self.valid_until is None or self.valid_until >= day)

    @property
    def has_ended(self):
        return self.valid_until is not None and self.valid_until < today()
