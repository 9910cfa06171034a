from django.urls import path

from mentoring.views import (
    agreements,
    applications,
    goals,
    health,
    meetings,
    pairs,
    presses,
    reviews,
    words,
)

app_name = "mentoring"
own = "mon-espace/mentorat/<uuid:uuid>/"
room = "mentorat/binomes/<uuid:uuid>/"
meeting = f"{room}rendez-vous/<int:pk>/"
urlpatterns = [
    path(
        "mentorat/<slug:slug>/candidature/<slug:way>/",
        applications.application_write,
        name="application-write",
    ),
    path(own, applications.application_detail, name="application-detail"),
    path(f"{own}envoi/", applications.application_submit, name="application-submit"),
    path(
        f"{own}retrait/", applications.application_withdraw, name="application-withdraw"
    ),
    path(f"{own}reprise/", applications.application_resume, name="application-resume"),
    path(room, pairs.pair_detail, name="pair-detail"),
    path(f"{room}reponse/", pairs.pair_answer, name="pair-answer"),
    path(f"{room}ecrits/", words.pair_words, name="pair-words"),
    path(f"{room}ecrits/fichier/", words.pair_words_file, name="pair-words-file"),
    path(f"{room}agence/", pairs.pair_tell, name="pair-tell"),
    path(f"{room}barometre/", health.pair_pulse, name="pair-pulse"),
    path(f"{room}aide/", health.pair_help, name="pair-help"),
    path(f"{room}rappels/", health.pair_rest, name="pair-rest"),
    path(f"{room}fin/", pairs.pair_end, name="pair-end"),
    path(f"{room}partage/", pairs.pair_share, name="pair-share"),
    path(f"{room}convention/", agreements.pair_agreement, name="pair-agreement"),
    path(
        f"{room}convention/texte.pdf",
        agreements.agreement_file,
        name="pair-agreement-file",
    ),
    path(f"{room}bilan/<slug:name>/", reviews.pair_review, name="pair-review"),
    path(f"{room}rendez-vous/", meetings.meeting_log, name="meeting-log"),
    path(f"{room}rendez-vous/prevoir/", meetings.meeting_plan, name="meeting-plan"),
    path(meeting, meetings.meeting_detail, name="meeting-detail"),
    path(f"{meeting}faits/", meetings.meeting_correct, name="meeting-correct"),
    path(f"{meeting}etape/", meetings.meeting_press, name="meeting-press"),
    path(
        f"{meeting}note-partagee/",
        meetings.meeting_note,
        {"kind": "partagee"},
        name="meeting-shared-note",
    ),
    path(
        f"{meeting}note-personnelle/",
        meetings.meeting_note,
        {"kind": "personnelle"},
        name="meeting-private-note",
    ),
    path(
        "mentorat/rappels/<uuid:uuid>/<str:token>/<slug:answer>/",
        presses.nudge_answer,
        name="nudge-answer",
    ),
    path(f"{room}objectifs/", goals.goal_create, name="goal-create"),
    path(f"{room}objectifs/<int:pk>/", goals.goal_edit, name="goal-edit"),
    path(f"{room}objectifs/<int:pk>/etape/", goals.goal_press, name="goal-press"),
]
