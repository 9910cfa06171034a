"""The rows of allauth that say which address signs a person in, in step with theirs."""

from allauth.account.models import EmailAddress
from django.db import transaction


@transaction.atomic
def keep(person, *, verified=False):
    """Make ``person.email`` their one address; ``verified`` never goes back to no."""
    rows = EmailAddress.objects.filter(user=person)
    rows.exclude(email=person.email or "").delete()
    if not person.email:
        return None
    row, _created = rows.get_or_create(
        email=person.email,
        defaults={"user": person, "primary": True, "verified": verified},
    )
    if not row.primary or (verified and not row.verified):
        row.primary, row.verified = True, row.verified or verified
        row.save(update_fields=["primary", "verified"])
    return row


def is_proved(person):
    """Whether somebody has shown that they read the mail of the person's address."""
    rows = EmailAddress.objects.filter(user=person, email=person.email or "")
    return rows.filter(verified=True).exists()


def is_claimed(person):
    """Whether the person opened their account: from then on it is theirs alone."""
    return person.has_usable_password() or person.last_login is not None
