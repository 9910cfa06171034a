from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import RuleForce, RuleSubject
from agency.activities.models.activity import Activity
from agency.core.validators import AtMost
from agency.people.models import OrganisationLabel, Profession, Territory


class EligibilityRule(models.Model):
    """Who an activity is for; read to the candidate before the form."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="eligibility_rules",
        verbose_name=_("activity"),
    )
    subject = models.CharField(_("looks at"), max_length=24, choices=RuleSubject)
    force = models.CharField(
        _("force"), max_length=10, choices=RuleForce, default=RuleForce.BLOCKING
    )
    professions = models.ManyToManyField(
        Profession, blank=True, related_name="+", verbose_name=_("professions")
    )
    labels = models.ManyToManyField(
        OrganisationLabel, blank=True, related_name="+", verbose_name=_("labels")
    )
    territories = models.ManyToManyField(
        Territory, blank=True, related_name="+", verbose_name=_("territories")
    )
    # Codes of people.OrganisationKind.
    organisation_kinds = models.JSONField(
        _("kinds of organisation"), default=list, blank=True
    )
    years = models.PositiveSmallIntegerField(
        _("years at least"), null=True, blank=True, validators=[AtMost(60)]
    )
    other = models.ForeignKey(
        Activity,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the other activity"),
    )
    message = models.CharField(
        _("sentence of yours"),
        max_length=300,
        blank=True,
        help_text=_("Read by whoever does not fulfil it: what to do, whom to ask."),
    )

    class Meta:
        verbose_name = _("rule of eligibility")
        verbose_name_plural = _("rules of eligibility")
        ordering = ["pk"]

    def __str__(self):
        return self.get_subject_display()
