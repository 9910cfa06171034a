"""What an activity decides of its own convocations: words, contact, when they leave."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from agency.core.text import telephone

PARAGRAPH = 1200


class Convoking(models.Model):
    """The settings of an activity that its letters and messages read."""

    convocation_paragraph = models.TextField(
        _("a paragraph in each convocation"),
        blank=True,
        default="",
        db_default="",
        max_length=PARAGRAPH,
        help_text=_("Whoever convenes finds it written already, and may change it."),
    )
    contact_name = models.CharField(
        _("contact"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: the officer in charge."),
    )
    contact_phone = PhoneNumberField(
        _("telephone of the contact"),
        blank=True,
        default="",
        db_default="",
        region="FR",
    )
    contact_email = models.EmailField(
        _("e-mail of the contact"), blank=True, default="", db_default=""
    )
    convene_automatically = models.BooleanField(
        _("convene automatically"),
        default=False,
        db_default=False,
        help_text=_(
            "Fifteen days before each session, and at once whoever registers later. "
            "Without a meeting place it waits until the seventh day before."
        ),
    )

    is_training = models.BooleanField(
        _("vocational training"),
        default=False,
        db_default=False,
        help_text=_("Its convocations then state what the labour code asks for."),
    )
    training_objectives = models.CharField(
        _("objectives of the training"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
    )
    training_evaluation = models.CharField(
        _("how it is evaluated"), max_length=300, blank=True, default="", db_default=""
    )
    training_rules = models.CharField(
        _("where its rules are read"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("The rules of procedure, given before it begins."),
    )

    class Meta:
        abstract = True

    @property
    def contact(self):
        """Whom one writes to or calls: {name, phone, email}, ``""`` for what is unknown.

        The contact set for the activity, else its officer; what is left empty, by the
        telephone and the address of the agency.
        """
        officer = None if self.contact_name else self.officer
        phone = self.contact_phone or (officer and officer.phone)
        email = self.contact_email or (officer and officer.email)
        return {
            "name": self.contact_name or officer.full_name,
            "phone": telephone(phone) or settings.AGENCY["phone"],
            "email": email or settings.AGENCY["email"],
        }


# Code du travail, art. L6353-8; Qualiopi, indicator 9.
TRAINING_STATED = models.CheckConstraint(
    name="activity_training_stated",
    condition=Q(is_training=False)
    | ~(Q(training_objectives="") | Q(training_evaluation="") | Q(training_rules="")),
    violation_error_message=_(
        "A training states its objectives, how it is evaluated and where its rules are read."
    ),
)
