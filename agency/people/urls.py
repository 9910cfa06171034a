from django.urls import path

from agency.people import views

app_name = "people"

urlpatterns = [
    path("mon-espace/profil/", views.profile_edit, name="profile-edit"),
    path(
        "mon-espace/profil/rattachements/nouveau/",
        views.affiliation_create,
        name="affiliation-create",
    ),
    path(
        "mon-espace/profil/rattachements/<int:number>/",
        views.affiliation_edit,
        name="affiliation-edit",
    ),
    path(
        "mon-espace/profil/rattachements/<int:number>/fin/",
        views.affiliation_end,
        name="affiliation-end",
    ),
    path("mon-espace/donnees/", views.personal_data, name="personal-data"),
    path(
        "mon-espace/donnees/export/",
        views.personal_data_export,
        name="personal-data-export",
    ),
    path(
        "mon-espace/donnees/effacement/",
        views.personal_data_erase,
        name="personal-data-erase",
    ),
    path("compte/activation/<str:uidb36>/<str:token>/", views.claim, name="claim"),
    path(
        "compte/reunion/<int:pk>/<str:token>/",
        views.merge_consent,
        name="merge-consent",
    ),
]
