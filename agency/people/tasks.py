"""What the worker is rung for, and what beat rings each ten minutes."""

from celery import shared_task


@shared_task
def forget_farewells():
    from agency.people.services import erasure  # services ring tasks

    erasure.forget_farewells()
