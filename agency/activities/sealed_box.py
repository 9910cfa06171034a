"""What the box of a sealed activity says, before anybody has entered it."""

from django.utils.translation import gettext as _

from agency.activities.choices import RegistrationMode


def box(activity):
    """The context of components/sealed_box.html: what a candidate will wonder about."""
    applies = activity.registration_mode == RegistrationMode.APPLICATION
    return {
        "sees": (
            _("Your request and your profile")
            if applies
            else _("Your registration and your profile"),
            _("Who was convened, to which session"),
            _("The date, the place and the length"),
            _("The number of sessions held"),
        ),
        "hides": (
            _("The situations you bring"),
            _("What is said during the sessions"),
            _("The notes of the facilitator"),
            _("Who spoke, and about what"),
        ),
        "foot": _(
            "What is said in the group stays there: nobody takes minutes, and nobody of "
            "the agency attends. Messages and calendars name the activity, never what is "
            "worked on."
        ),
    }
