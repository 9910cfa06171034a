"""The heart of the house beats: proof that beat and a worker are alive."""

from celery import shared_task


@shared_task
def heartbeat():
    from agency.core.services import ran  # a task calls what may enqueue tasks

    ran("heartbeat")
