"""Celery entry points of mentoring: one call each."""

from celery import shared_task


@shared_task(name="mentoring.forget")
def forget():
    from mentoring.services import retention  # services ring tasks

    retention.forget()


@shared_task
def make_agreement(agreement_id):
    from mentoring.services import agreement_copies  # services ring tasks

    agreement_copies.make(agreement_id)


@shared_task
def sweep_agreements():
    from mentoring.services import agreement_copies  # services ring tasks

    agreement_copies.sweep()


@shared_task
def turn_pairs():
    from mentoring.services import pairs  # services ring tasks

    pairs.expire_unanswered()


@shared_task
def forget_words():
    from mentoring.services import words  # services ring tasks

    words.turn()


@shared_task
def tend_pairs():
    from mentoring.services import tending  # services ring tasks

    tending.tend_today()


@shared_task
def certify():
    from mentoring.services import certificates  # services ring tasks

    certificates.settle()
