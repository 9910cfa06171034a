"""Deliver what waits in the outbox: beat does it each minute, nobody needs this."""

from django.core.management.base import BaseCommand

from agency.mail import delivery


class Command(BaseCommand):
    help = "Deliver what is due in the outbox, and give back what a dead worker held."

    def handle(self, **options):
        delivery.sweep()
