"""The people of the walk: one of each role, and those whose situation shows other pages."""

from importlib import import_module

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest

from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import accounts, roles
from tests.people.factories import PASSWORD, PersonFactory

HOST = "demo.plateau.example"


def account(name):
    """One of the four who sign in to the demo."""
    return lambda: Person.objects.get(email=f"{name}@{HOST}")


def holder(role):
    """The person of the demo who has this role and no other, or one who is given it."""

    def find():
        for person in Person.objects.with_role(role).order_by("pk"):
            if person.current_roles == {role}:
                return with_an_account(person)
        person = newcomer(f"seul-{role.replace('_', '-')}")
        roles.give_role(person, role)
        return person

    return find


def with_an_account(person):
    if not person.has_usable_password():
        accounts.claim(person, password=PASSWORD)
    return person


def newcomer(name):
    """Somebody with an account and nothing else."""
    person = Person.objects.filter(email=f"{name}@{HOST}").first()
    if person is None:
        person = accounts.add(
            email=f"{name}@{HOST}", given_name="Sasha", family_name="Nouvel"
        )
    return with_an_account(person)


def technician():
    person = newcomer("technique")
    person.is_superuser = True
    person.save(update_fields=["is_superuser"])
    return person


def careful():
    """With a second factor, whose pages nobody else has."""
    email = f"prudence@{HOST}"
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = PersonFactory(email=email, mfa=True)
        RecoveryCodes.activate(person)
    return person


# The names of tests/access.py, those of the roles, and three more of the demo.
CAST = {
    "anonymous": lambda: None,
    "stranger": lambda: newcomer("personne"),
    "enrolled": account("pro"),
    "convened": account("pro2"),
    "applicant": account("mentoree"),
    "company": account("compagnie"),
    "careful": careful,
    "team": account("agence"),
    "superuser": technician,
    **{role: holder(role) for role in RoleName.values},
    "direction": account("direction"),
    "member": account("membre2"),
    "chair": account("presidence"),
}


def names():
    """What the pages call the people of the cast, and their addresses."""
    found = []
    for person in Person.objects.filter(email__endswith=f"@{HOST}").order_by("pk"):
        found += [person.email, person.full_name, person.list_name]
    return found


def cookie(person):
    """The cookie of a session that ``person`` has just opened; staff, in two steps."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    request = HttpRequest()
    request.session, request.user = session, person
    record_authentication(request, person, "password", reauthenticated=True)
    if person.is_staff:
        record_authentication(request, person, "mfa", id=0, type="totp")
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
