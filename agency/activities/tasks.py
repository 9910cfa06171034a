"""Celery entry points of the kernel: ids in, one call."""

from celery import shared_task


@shared_task
def make_convocations(convening_id, ids):
    from agency.activities.services import convenings  # services ring tasks

    convenings.make(convening_id, ids)


@shared_task
def sweep():
    from agency.activities.services import convenings  # services ring tasks

    convenings.sweep()


@shared_task
def turn_waiting():
    from agency.activities.services import waiting  # services ring tasks

    waiting.turn()


@shared_task
def turn_invitations():
    from agency.activities.services import invitations  # services ring tasks

    invitations.turn()


@shared_task
def forget_invitations():
    from agency.activities.services import invitations  # services ring tasks

    invitations.forget_invitations()


@shared_task
def turn_states():
    from agency.activities.services import activities  # services ring tasks

    activities.turn_states()


@shared_task
def remind():
    from agency.activities.services import reminders  # services ring tasks

    reminders.remind()


@shared_task(name="activities.forget")
def forget():
    from agency.activities.services import retention  # services ring tasks

    retention.forget()
