"""The heart of the house beats: proof that beat and a worker are alive."""

from celery import shared_task

from agency.core.services import ran


@shared_task
def heartbeat():
    ran("heartbeat")
