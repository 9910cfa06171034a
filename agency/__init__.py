"""The house; its Celery app is loaded with it, so that every process rings the same bell."""

from agency.celery import app as celery_app

__all__ = ["celery_app"]
