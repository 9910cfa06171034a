"""The renderer of every form of the site, and what libraries say that we say otherwise."""

from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_noop as _


class PlateauRenderer(TemplatesSetting):
    """Forms look like the paper pages: see ``templates/components/field.html``."""

    field_template_name = "components/field.html"
    form_template_name = "components/form_fields.html"


# Messages of Django and of the accounts library. Our catalogue is read after theirs, so
# the same msgid here gives them our words: the cure rather than the rule.
WORDED_OTHERWISE = (
    _("This field is required."),
    _("Enter a valid email address."),
    _("Email"),
    _("Remember Me"),
    _("Forgot your password?"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Authenticator code"),
    _("Master key"),
    _("Backup key"),
    _("The email address and/or password you specified are not correct."),
    _("This email address is already associated with this account."),
    _("A user is already registered with this email address."),
    _("Your primary email address must be verified."),
    _("You cannot remove your primary email address."),
    _(
        "You cannot add an email address to an account protected by "
        "two-factor authentication."
    ),
    _(
        "You cannot activate two-factor authentication until you "
        "have verified your email address."
    ),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("This account is currently inactive."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
)
