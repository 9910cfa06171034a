"""Celery entry points of aid: one call each."""

from celery import shared_task


# --- Submission ---------------------------------------------------------------------
@shared_task
def send_receipt(revision_id):
    from grants.services import receipts  # services ring tasks

    receipts.make(revision_id)


@shared_task
def sweep_receipts():
    from grants.services import receipts  # services ring tasks

    receipts.sweep()


@shared_task
def scan_papers():
    from grants.services import papers  # services ring tasks

    papers.scan_again()


@shared_task
def take_off_who_left():
    from grants.services import leaving  # services ring tasks

    leaving.take_off_who_left()


# --- What is asked of the applicants --------------------------------------------------
@shared_task
def expire_completions():
    from grants.services import completions  # services ring tasks

    completions.expire()


# --- The commission -------------------------------------------------------------------
@shared_task
def notice_ties():
    from grants.services import conflicts  # services ring tasks

    conflicts.notice_all()


@shared_task
def make_note(application_id):
    from grants.services import notes  # services ring tasks

    notes.make(application_id)


@shared_task
def sweep_notes():
    from grants.services import notes  # services ring tasks

    notes.sweep()


@shared_task
def retire_members():
    from grants.services import members  # services ring tasks

    members.retire()
