"""What the box of an edition says, and that on every page of a pair: concrete lines."""

from django.utils.translation import gettext as _


def box():
    """The context of components/sealed_box.html, for the two who write."""
    return {
        "sees": (
            _("The dates, the lengths, on site or at a distance"),
            _("The topics, chosen in a list"),
            _("How many goals you have, and their state"),
            _("Your answers to the barometer: the officer in charge alone"),
            _("The agreement that you sign with it"),
            _("What you write to it on purpose, in your reviews too"),
        ),
        "hides": (
            _("Your shared notes"),
            _("Your private notes"),
            _("The text of your goals, unless both of you share it"),
            _("What you write to each other in your reviews"),
            _("What you say to each other"),
        ),
        "foot": _(
            "Your notes are erased six months after the end of the pair; until then you "
            "can take them away."
        ),
    }


def of_an_edition(activity):
    """The same, for whoever thinks of applying."""
    return {
        "sees": (
            _("Your application: the officer in charge alone"),
            _("Who is paired with whom"),
            _("The dates and lengths of your meetings"),
            _("What you write to it yourself"),
        ),
        "hides": (
            _("What you say to each other"),
            _("The notes that you share"),
            _("The notes that you keep for yourself"),
            _("What you write about your work"),
        ),
        "foot": _(
            "What is said in a pair stays there: nobody of the agency takes part, and "
            "neither employer nor funder reads anything of it."
        ),
    }
