"""Celery entry points of the kernel: ids in, one call."""

from celery import shared_task


@shared_task
def make_convocations(convening_id, ids):
    from agency.activities.services import convenings  # services ring tasks

    convenings.make(convening_id, ids)


@shared_task
def sweep():
    from agency.activities.services import (
        charter_copies,  # services ring tasks
        convenings,  # services ring tasks
    )

    charter_copies.sweep()
    convenings.sweep()


@shared_task
def convene_due():
    from agency.activities.services import automatic  # services ring tasks

    automatic.convene_due()


@shared_task
def make_charter_text(version_id):
    from agency.activities.services import charter_copies  # services ring tasks

    charter_copies.make_text(version_id)


@shared_task
def make_signed_charter(signature_id):
    from agency.activities.services import charter_copies  # services ring tasks

    charter_copies.make_signed(signature_id)


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


@shared_task(name="activities.forget")
def forget():
    from agency.activities.services import retention  # services ring tasks

    retention.forget()


@shared_task
def make_sheet(sheet_id):
    from agency.activities.services import sheets  # services ring tasks

    sheets.make(sheet_id)


@shared_task
def settle_certificates(activity_id):
    from agency.activities.services import certificates  # services ring tasks

    certificates.settle(activity_id)


@shared_task
def make_certificates(activity_id, ids):
    from agency.activities.services import certificates  # services ring tasks

    certificates.make(activity_id, ids)


@shared_task
def sweep_sheets():
    from agency.activities.services import certificates, sheets  # services ring tasks

    sheets.sweep()
    certificates.sweep()
