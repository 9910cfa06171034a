from django.urls import path

from agency.activities.views import (
    activities,
    animation,
    charters,
    enrolments,
    feeds,
    invitations,
    offers,
    seasons,
    sessions,
)

app_name = "activities"
own = "mon-espace/inscriptions/<uuid:uuid>/"
led = "animation/seances/<uuid:uuid>/"
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
    path(
        "saisons/<slug:slug>/programme.pdf",
        seasons.season_programme,
        name="season-programme",
    ),
    path(own, enrolments.enrolment_detail, name="enrolment-detail"),
    path(f"{own}modifier/", enrolments.enrolment_change, name="enrolment-change"),
    path(f"{own}garder/", enrolments.enrolment_keep, name="enrolment-keep"),
    path(f"{own}retrait/", enrolments.enrolment_withdraw, name="enrolment-withdraw"),
    path(f"{own}charte/", charters.enrolment_sign, name="enrolment-sign"),
    path(
        f"{own}charte/texte.pdf", charters.enrolment_charter, name="enrolment-charter"
    ),
    path(f"{own}difficulte/", charters.difficulty_declare, name="difficulty-declare"),
    path(
        f"{own}difficulte/<int:pk>/retirer/",
        charters.difficulty_withdraw,
        name="difficulty-withdraw",
    ),
    path("animation/engagement/", charters.undertaking, name="undertaking"),
    path(
        "animation/engagement/texte.pdf",
        charters.undertaking_text,
        name="undertaking-text",
    ),
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
    path("mon-espace/agenda/", feeds.own_calendar, name="own-calendar"),
    path("agenda/<str:secret>.ics", feeds.calendar_feed, name="calendar-feed"),
    path(f"{own}agenda.ics", feeds.enrolment_calendar, name="enrolment-calendar"),
    path("animation/", animation.animation, name="animation"),
    path(led, animation.animation_session, name="animation-session"),
    path(f"{led}emargement/", animation.animation_tablet, name="animation-tablet"),
    path(
        f"{led}emargement/<int:pk>/<str:half_day>/",
        animation.animation_sign,
        name="animation-sign",
    ),
    path(f"{led}feuille/", animation.animation_paper, name="animation-paper"),
    path(f"{led}feuille-remplie/", animation.animation_filled, name="animation-filled"),
    path(f"{led}feuille-scannee/", animation.animation_scan, name="animation-scan"),
]
