from django.urls import path

from agency.mail import views

app_name = "mail"

urlpatterns = [
    path("mon-espace/messages/", views.preferences, name="preferences"),
    path("messages/arret/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
