from django.urls import path

from agency.activities import views

app_name = "activities"
own = "mon-espace/inscriptions/<uuid:uuid>/"
urlpatterns = [
    path("activites/<slug:slug>/", views.activity_detail, name="activity-detail"),
    path(
        "activites/<slug:slug>/inscription/",
        views.enrolment_create,
        name="enrolment-create",
    ),
    path(
        "activites/<slug:slug>/calendrier.ics",
        views.activity_calendar,
        name="activity-calendar",
    ),
    path("seances/<uuid:uuid>.ics", views.session_calendar, name="session-calendar"),
    path(own, views.enrolment_detail, name="enrolment-detail"),
    path(f"{own}retrait/", views.enrolment_withdraw, name="enrolment-withdraw"),
    path(f"{own}place/", views.enrolment_answer, name="enrolment-answer"),
    path("offres/<uuid:uuid>/<str:token>/", views.offer_answer, name="offer-answer"),
]
