"""Celery entry points of the documents."""

from celery import shared_task

from agency.documents import engine


def warm_engine(**kwargs):
    """Each worker process loads its fonts and style sheet before its first task."""
    engine.warm()


def cool_engine(**kwargs):
    engine.cool()


@shared_task
def sweep_files():
    from agency.documents import services  # tasks call services

    services.sweep_files()
