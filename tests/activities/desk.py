"""Rooms of the kernel on the desk, for their tests."""

SESSIONS = "/gestion/activities/session/"
ENROLMENTS = "/gestion/activities/enrolment/"
CONVENINGS = "/gestion/activities/convening/"


def convene_url(session):
    return f"{SESSIONS}{session.pk}/convoquer/"
