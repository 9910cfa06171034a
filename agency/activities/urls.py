from django.urls import path

from agency.activities.views import (
    activities,
    charters,
    enrolments,
    invitations,
    offers,
    sessions,
)

app_name = "activities"
own = "mon-espace/inscriptions/<uuid:uuid>/"
urlpatterns = [
    path("activites/<slug:slug>/", activities.activity_detail, name="activity-detail"),
    path(
        "activites/<slug:slug>/inscription/",
        enrolments.enrolment_create,
        name="enrolment-create",
    ),
    path(
        "activites/<slug:slug>/calendrier.ics",
        activities.activity_calendar,
        name="activity-calendar",
    ),
    path(
        "seances/<uuid:uuid>.ics", activities.session_calendar, name="session-calendar"
    ),
    path(own, enrolments.enrolment_detail, name="enrolment-detail"),
    path(f"{own}retrait/", enrolments.enrolment_withdraw, name="enrolment-withdraw"),
    path(f"{own}charte/", charters.enrolment_sign, name="enrolment-sign"),
    path(f"{own}proposer/", invitations.enrolment_propose, name="enrolment-propose"),
    path(
        "mon-espace/invitations/<uuid:uuid>/refus/",
        invitations.invitation_decline,
        name="invitation-decline",
    ),
    path(f"{own}place/", offers.enrolment_answer, name="enrolment-answer"),
    path(
        "mon-espace/seances/<int:pk>/absence/",
        sessions.participation_excuse,
        name="participation-excuse",
    ),
    path("offres/<uuid:uuid>/<str:token>/", offers.offer_answer, name="offer-answer"),
]
