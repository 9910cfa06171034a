"""What the worker is rung for, and what beat rings: each asks the database what is due."""

from celery import shared_task


@shared_task
def forget_farewells():
    from agency.people.services import erasure  # services ring tasks

    erasure.forget_farewells()


@shared_task
def end_sessions():
    from agency.people.services import retention  # services ring tasks

    retention.end_sessions()


@shared_task
def forget_signups():
    from agency.people.services import retention  # services ring tasks

    retention.forget_signups()


@shared_task
def empty_emails():
    from agency.people.services import retention  # services ring tasks

    retention.empty_emails()


@shared_task
def forget_traces():
    from agency.people.services import retention  # services ring tasks

    retention.forget_traces()


@shared_task
def read_import(batch_id):
    from agency.people.services import imports  # services ring tasks

    imports.read(batch_id)


@shared_task
def run_import(batch_id):
    from agency.people.services import imports  # services ring tasks

    imports.run(batch_id)


@shared_task
def sweep_imports():
    from agency.people.services import imports  # services ring tasks

    imports.sweep()


@shared_task
def forget_imports():
    from agency.people.services import retention  # services ring tasks

    retention.forget_imports()


@shared_task
def close_merges():
    from agency.people.services import retention  # services ring tasks

    retention.close_merges()
