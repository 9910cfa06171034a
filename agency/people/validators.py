"""What a name may not hold."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters, and those that turn the direction of what follows: a name in
# Arabic or Hebrew needs none of them.
UNSEEN = {"Cc", "Cs", "Co"}
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
# Our mails greet by name: a link there would make us send other people's advertising.
LINK = re.compile(r"https?:|www\.|://", re.IGNORECASE)


def check_unseen(value):
    """Raise ValidationError when ``value`` holds characters that nobody sees."""
    if TURNING.search(value) or any(unicodedata.category(c) in UNSEEN for c in value):
        raise ValidationError(
            _("This text holds characters that cannot be seen; type it again."),
            code="unseen",
        )


def check_name(value):
    """Raise ValidationError when ``value`` holds what no name holds."""
    if LINK.search(value):
        raise ValidationError(_("Write the name alone, without any link."), code="link")
    check_unseen(value)
