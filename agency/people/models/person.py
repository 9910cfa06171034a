import uuid

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from agency.core.access import STAFF_ROLES
from agency.core.clock import now, today
from agency.core.models import Versioned
from agency.core.text import fold
from agency.people.choices import Body, MandateRole, RoleName


def in_force(on=None, prefix=""):
    """A condition on ``starts_on`` and ``ends_on``: in force on that day, ends included."""
    on = on or today()
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": on})
    )


# {name: person -> rows of that one name}: what apps know of a person, and rules ask of.
STANDINGS = {}


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        rows = self.filter(merged_into=None)
        if user.has_perm("people.view_person"):
            return rows
        return rows.filter(pk=user.pk)

    def with_role(self, *names):
        """Those who hold one of these roles today."""
        held = Role.objects.filter(in_force(), person=models.OuterRef("pk"))
        return self.filter(models.Exists(held.filter(role__in=names)))

    def present(self):
        """Those whose data was not erased, and whose record was not set aside."""
        return self.filter(erased_at=None, merged_into=None)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(email=username.lower())

    def create_user(self, email=None, password=None, **fields):
        person = self.model(email=email, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)


class Person(Versioned, AbstractBaseUser):
    """Somebody the agency knows, with or without an account of their own."""

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Empty when the person has none of their own."),
        error_messages={"unique": _("Somebody else already has this address.")},
    )
    given_name = models.CharField(_("given name"), max_length=120)
    family_name = models.CharField(_("family name"), max_length=120)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True, region="FR")
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    territory = models.ForeignKey(
        "people.Territory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    folded = models.CharField(max_length=500, blank=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_superuser = models.BooleanField(_("technical administrator"), default=False)
    email_refused_at = models.DateTimeField(
        _("address refused at"), null=True, blank=True, editable=False
    )
    joined_at = models.DateTimeField(_("known since"), default=now, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)
    # A duplicate that was set aside leads to the record that stays (services.merging).
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["family_name", "given_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="person_email_lower",
                condition=Q(email=None) | (Q(email=Lower("email")) & ~Q(email="")),
                violation_error_message=_("Write the address in lower case."),
            ),
            models.CheckConstraint(
                name="person_merged_is_closed",
                condition=Q(merged_into=None)
                | (Q(is_active=False) & ~Q(merged_into=F("id"))),
            ),
        ]
        indexes = [
            models.Index(fields=["family_name", "given_name"], name="person_name"),
            # The order of the lists: by family name, E with an accent beside E.
            models.Index(fields=["folded"], name="person_folded"),
        ]

    def __str__(self):
        return self.full_name or f"#{self.pk}"

    def get_absolute_url(self):
        return reverse("admin:people_person_change", args=[self.pk])

    def clean(self):
        super().clean()
        self.email = (self.email or "").strip().lower() or None

    def refold(self):
        """Say again what is searched; whoever writes by the hundred calls it itself."""
        email = self.email or ""
        self.folded = fold(f"{self.family_name} {self.given_name} {email}")[:500]

    def save(self, *args, update_fields=None, **kwargs):
        self.email = (self.email or "").strip().lower() or None
        self.refold()
        if update_fields is not None:
            update_fields = {*update_fields, "folded"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def full_name(self):
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def list_name(self):
        return f"{self.family_name}, {self.given_name}".strip(", ")

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.given_name

    @cached_property
    def current_roles(self):
        """The names of the roles held today, in one query per request."""
        return self._held - STANDINGS.keys()

    def forget_roles(self):
        """They have changed: they are asked for again."""
        for name in ("_held", "current_roles"):
            self.__dict__.pop(name, None)

    def has_standing(self, name):
        """Whether an app says so of them (``STANDINGS``); asked with their roles."""
        return name in self._held

    @property
    def standings(self):
        """The names of what apps say of them, for a template."""
        return self._held & STANDINGS.keys()

    @cached_property
    def _held(self):
        if not self.pk:
            return frozenset()
        held = Role.objects.filter(in_force(), person=self).order_by()
        more = [rows(self) for rows in STANDINGS.values()]
        return frozenset(held.values_list("role", flat=True).union(*more))

    def has_role(self, *names):
        return self.is_active and not self.current_roles.isdisjoint(names)

    @property
    def is_staff(self):
        """Whether the admin lets this person in; what they see there is by rule."""
        return self.is_superuser or self.has_role(*STAFF_ROLES)

    def has_perm(self, perm, obj=None):
        """The rule decides whenever there is one, superuser or not."""
        if not self.is_active:
            return False
        if rules.perm_exists(perm):
            return rules.has_perm(perm, self, obj)
        return False

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        return self.is_staff


class RoleQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("people.view_role"):
            return self
        return self.filter(person_id=user.pk)

    def in_force(self, on=None):
        return self.filter(in_force(on))


class Role(models.Model):
    """What a person may do here, on what, and until when."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=RoleName)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    scope = GenericForeignKey()
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["person", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A role ends after it starts."),
            )
        ]

    def __str__(self):
        return self.get_role_display()

    @property
    def is_in_force(self):
        """Whether it is held today."""
        day = today()
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


class Mandate(models.Model):
    """A seat in a body of the association."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="mandates", verbose_name=_("person")
    )
    body = models.CharField(_("body"), max_length=10, choices=Body)
    role = models.CharField(_("function"), max_length=20, choices=MandateRole)
    college = models.CharField(_("college"), max_length=80, blank=True)
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A mandate ends after it starts."),
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.get_body_display()}"
