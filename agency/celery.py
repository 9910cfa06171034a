"""The queue: one Celery app, and the schedule of everything that happens by itself.

The broker is a bell and beat has no memory: each job asks the database what is due
and when it last ran, so a job that runs twice, late or not at all does no harm.
"""

import logging.config
import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency.settings.base")

app = Celery("plateau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(seconds, task):
    """A line of the schedule; a ring that nobody heard in time is forgotten."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds - 5}}


app.conf.beat_schedule = {
    "deliver what is left in the outbox": every(60, "agency.mail.tasks.sweep"),
    "make what was convened": every(60, "agency.activities.tasks.sweep"),
    "convene what convenes itself": every(300, "agency.activities.tasks.convene_due"),
    "make the sheets that were locked, and their certificates": every(
        60, "agency.activities.tasks.sweep_sheets"
    ),
    "offer freed seats, note offers that lapsed": every(
        60, "agency.activities.tasks.turn_waiting"
    ),
    "open, close and start activities": every(
        300, "agency.activities.tasks.turn_states"
    ),
    # Every five minutes: the link of a session is told half an hour before.
    "say again what is due": every(300, "agency.mail.tasks.remind"),
    "send what was prepared before registration opened": every(
        300, "agency.activities.tasks.turn_invitations"
    ),
    "read and write what was imported": every(60, "agency.people.tasks.sweep_imports"),
    "clear away files of undone transactions": every(
        3600, "agency.documents.tasks.sweep_files"
    ),
    "forget the addresses of those who left": every(
        600, "agency.people.tasks.forget_farewells"
    ),
    # Rung often, done once a day: each looks at when it last ran.
    "clear sessions": every(600, "agency.people.tasks.end_sessions"),
    "forget unfinished sign-ups": every(600, "agency.people.tasks.forget_signups"),
    "empty old messages": every(600, "agency.people.tasks.empty_emails"),
    "forget old traces": every(600, "agency.people.tasks.forget_traces"),
    "forget old invitations": every(600, "agency.activities.tasks.forget_invitations"),
    "forget old imports": every(600, "agency.people.tasks.forget_imports"),
    "make merges final": every(600, "agency.people.tasks.close_merges"),
    "forget needs, and what refused candidates wrote": every(3600, "activities.forget"),
    "forget applications to mentoring": every(3600, "mentoring.forget"),
    "note the pairs that were not answered": every(300, "mentoring.tasks.turn_pairs"),
    # Rung often, done once each morning from 6:30.
    "look at how the pairs are doing": every(600, "mentoring.tasks.tend_pairs"),
    "certify the pairs that were finished": every(3600, "mentoring.tasks.certify"),
    "make the agreements of pairs": every(60, "mentoring.tasks.sweep_agreements"),
    "forget what ended pairs wrote": every(3600, "mentoring.tasks.forget_words"),
    "note the completions past their date": every(
        600, "grants.tasks.expire_completions"
    ),
    "take off applications whoever left their organisation": every(
        600, "grants.tasks.take_off_who_left"
    ),
    "make the receipts of applications": every(60, "grants.tasks.sweep_receipts"),
    "look for ties between members and files": every(600, "grants.tasks.notice_ties"),
    "free the seats of mandates that ended": every(600, "grants.tasks.retire_members"),
    "make the notes of the booklets": every(300, "grants.tasks.sweep_notes"),
    "scan what the virus scanner did not answer about": every(
        300, "grants.tasks.scan_papers"
    ),
    "beat": every(60, "agency.core.tasks.heartbeat"),
}


@signals.setup_logging.connect
def log_as_the_site_does(**_):
    """The worker writes the same lines as the web processes."""
    # Imported late: the settings are being read when this module loads.
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
@signals.beat_embedded_init.connect
def stop_with_the_supervisor(**_):
    """Under ``manage.py up``, a worker or its beat never outlives the supervisor."""
    if os.environ.get("PLATEAU_SUPERVISED"):
        # Imported late: nothing else of the worker needs it.
        from agency.core.orphans import die_with_parent

        die_with_parent()
