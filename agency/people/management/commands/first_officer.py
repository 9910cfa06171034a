"""Let the first member of the team in: there is nobody yet to invite them."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from agency.people import claims
from agency.people.addresses import is_claimed
from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import accounts
from agency.people.services.roles import give_role


class Command(BaseCommand):
    help = "Give ADDRESS the officer and direction roles and mail the link to claim it."

    def add_arguments(self, parser):
        parser.add_argument("address", metavar="ADDRESS")
        parser.add_argument("--name", default="", help='"Given Family"')
        parser.add_argument(
            "--print-link", action="store_true", help="show the personal link here"
        )

    @transaction.atomic
    def handle(self, *, address, name, print_link, **options):
        address = address.strip().lower()
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address}: not an e-mail address") from error
        person = self.find_or_make(address, name)
        for role in (RoleName.OFFICER, RoleName.DIRECTION):
            self.give(person, role)
            self.stdout.write(f"{address}: {role.value}")
        if is_claimed(person):
            self.stdout.write(f"{address}: has an account already, nothing was mailed")
            return
        accounts.invite(person, by=None)
        self.stdout.write(f"{address}: the claim link is in the outbox")
        if print_link:
            self.stdout.write(claims.link(person))

    def give(self, person, role):
        try:
            give_role(person, role)
        except accounts.Refused as refused:
            raise CommandError(str(refused)) from refused

    def find_or_make(self, address, name):
        person = Person.objects.filter(email=address).first()
        if person and person.merged_into_id:
            raise CommandError(
                f"{address}: this record was merged into another, use the address of "
                "that one"
            )
        if person:
            self.stdout.write(f"{address}: known already")
            return person
        given, _, family = name.strip().partition(" ")
        given = given or address.partition("@")[0]
        self.stdout.write(f"{address}: created")
        return accounts.add(
            email=address, given_name=given, family_name=family or given
        )
