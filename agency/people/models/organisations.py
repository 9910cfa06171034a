import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from stdnum.fr import siret

from agency.core.clock import today
from agency.core.models import Versioned
from agency.core.text import fold
from agency.core.validators import YearBegun, YearOfOurs
from agency.people.choices import (
    ContractKind,
    MembershipState,
    OrganisationKind,
    TerritoryKind,
)
from agency.people.models.person import Person, in_force


def check_siret(value):
    """Raise ValidationError unless ``value`` is a SIRET: 14 digits, Luhn (INSEE)."""
    if not siret.is_valid(value):
        raise ValidationError(
            _("A SIRET number has 14 digits, as in 732 829 320 00074; check them."),
            code="siret",
        )


class Territory(models.Model):
    """Where people work: a departement, a region, a country."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=TerritoryKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["kind", "name"]

    def __str__(self):
        return self.name


class Profession(models.Model):
    """A trade of the sector, in a tree of two levels."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        verbose_name = _("profession")
        verbose_name_plural = _("professions")
        ordering = ["name"]

    def __str__(self):
        return self.name


class OrganisationLabel(models.Model):
    """A label that the State or a region grants (scene nationale, CDN...)."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["name"]

    def __str__(self):
        return self.name


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        rows = self.present()
        if user.has_perm("people.view_organisation"):
            return rows
        return rows.filter(affiliations__person_id=user.pk).distinct()

    def present(self):
        """Those whose record was not set aside as a duplicate."""
        return self.filter(merged_into=None)


class Organisation(Versioned):
    """A company, a venue, a festival... that people work for."""

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    labels = models.ManyToManyField(
        OrganisationLabel, blank=True, verbose_name=_("labels")
    )
    siret = models.CharField(
        _("SIRET number"), max_length=14, blank=True, validators=[check_siret]
    )
    licence = models.CharField(_("show licence"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True, region="FR")
    website = models.URLField(_("website"), blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("territory"),
    )
    folded = models.CharField(max_length=400, blank=True, editable=False)
    # A duplicate that was set aside leads to the record that stays (services.merging).
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="organisation_siret_once",
                violation_error_message=_("An organisation already has this SIRET."),
            ),
            models.CheckConstraint(
                name="organisation_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self):
        return self.name

    def refold(self):
        """Say again what is searched; whoever writes by the hundred calls it itself."""
        self.folded = fold(f"{self.name} {self.city}")[:400]

    def save(self, *args, update_fields=None, **kwargs):
        self.refold()
        if update_fields is not None:
            update_fields = {*update_fields, "folded"}
        super().save(*args, update_fields=update_fields, **kwargs)


class AffiliationQuerySet(models.QuerySet):
    def active(self, on=None):
        """Those in force: a person may hold several at once."""
        return self.filter(in_force(on))

    def visible_to(self, user):
        if user.has_perm("people.view_affiliation"):
            return self
        return self.filter(person_id=user.pk)


class Affiliation(models.Model):
    """A person at work in an organisation; several may run at the same time."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="affiliations", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="affiliations",
        verbose_name=_("organisation"),
    )
    profession = models.ForeignKey(
        Profession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("profession"),
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    contract = models.CharField(
        _("contract"), max_length=12, choices=ContractKind, blank=True
    )
    is_primary = models.BooleanField(_("main affiliation"), default=False)
    practising_since = models.PositiveSmallIntegerField(
        _("in this profession since"),
        null=True,
        blank=True,
        validators=[YearBegun()],
    )
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["-is_primary", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="affiliation_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("An affiliation ends after it starts."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_primary=True, ends_on=None),
                name="affiliation_one_primary",
                violation_error_message=_("Only one affiliation is the main one."),
            ),
        ]

    def __str__(self):
        return f"{self.job_title or self.profession or ''}, {self.organisation}".strip(
            ", "
        )

    @property
    def is_active(self):
        """Whether it is in force today."""
        day = today()
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Without those that a merge left at the record set aside: one a year counts."""
        return self.filter(person__merged_into=None, organisation__merged_into=None)


class Membership(models.Model):
    """An organisation or a person that has joined the association for a year."""

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("person"),
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[YearOfOurs()])
    college = models.CharField(_("college"), max_length=80, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MembershipState,
        default=MembershipState.PENDING,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="membership_of_one",
                condition=Q(organisation__isnull=False, person=None)
                | Q(organisation=None, person__isnull=False),
                violation_error_message=_(
                    "A membership belongs to an organisation or to a person."
                ),
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"], name="membership_organisation_once"
            ),
            models.UniqueConstraint(
                fields=["person", "year"], name="membership_person_once"
            ),
        ]

    def __str__(self):
        return f"{self.organisation or self.person}, {self.year}"
