"""What the worker is rung for, and what beat rings each minute."""

from celery import shared_task

from agency.mail import delivery


@shared_task(acks_late=True)
def deliver(email_id):
    delivery.answer(email_id)


@shared_task(acks_late=True)
def sweep():
    delivery.sweep()


@shared_task(acks_late=True)
def remind():
    from agency.mail import reminders  # it writes, and what is written rings tasks

    reminders.run()
