"""A facilitator and their session."""

from django.urls import reverse

from tests.activities.mornings import one_of

INDEX = "/animation/"


def url(name, session, *more):
    return reverse(f"activities:animation-{name}", args=[session.uuid, *more])


def pages(session):
    one = one_of(session)
    return [
        url("session", session),
        url("tablet", session),
        url("sign", session, one.pk, "morning"),
        url("paper", session),
        url("scan", session),
    ]
