"""Roles open doors: who gives them, who takes them back."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.access import STAFF_ROLES
from agency.core.clock import today
from agency.people.models import Role
from agency.people.services.accounts import Refused

# Functions of a person that say why they cannot join the team now, or None. The rooms
# above add theirs when they are ready: who takes part in what, this one does not know.
hindrances = []


def hinder(reason):
    """Let ``reason``, a function of a person, keep some out of the team."""
    hindrances.append(reason)
    return reason


@transaction.atomic
def give_role(person, role, *, by=None, scope=None, starts_on=None, ends_on=None):
    """Give ``person`` a role, once. ``by`` is None for a command of the operator.

    Raises Refused when somebody gives a role to themselves, and when a staff role
    would open what the person must not see from outside.
    """
    refuse_oneself(person, by)
    if role in STAFF_ROLES:
        refuse_the_hindered(person)
    row, created = Role.objects.in_force().get_or_create(
        person=person,
        role=role,
        content_type=_content_type(scope),
        object_id=scope.pk if scope else None,
        defaults={"starts_on": starts_on or today(), "ends_on": ends_on},
    )
    if created:
        journal.record(person, "give_role", by=by, **_said(row))
    person.forget_roles()
    return row


@transaction.atomic
def end_role(role, *, by=None):
    """Take a role back, from this moment on. Raises Refused, see give_role."""
    refuse_oneself(role.person, by)
    yesterday = today() - timedelta(days=1)
    if role.starts_on > yesterday:
        role.delete()
    else:
        role.ends_on = yesterday
        role.save(update_fields=["ends_on"])
    journal.record(role.person, "end_role", by=by, **_said(role))
    role.person.forget_roles()


def _said(row):
    """Which role, from which day to which, for the journal."""
    days = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    return {"role": row.role} | {name: str(day) for name, day in days.items() if day}


def refuse_oneself(person, by):
    if by is not None and by.pk == person.pk:
        raise Refused(_("Nobody gives or takes their own roles: ask a colleague."))


def refuse_the_hindered(person):
    sentences = [str(why) for reason in hindrances if (why := reason(person))]
    if sentences:
        raise Refused(" ".join(sentences))


def _content_type(scope):
    return ContentType.objects.get_for_model(scope) if scope else None
