from django.urls import path

from agency.documents import views

app_name = "documents"

urlpatterns = [
    path("documents/<uuid:uuid>/", views.document_file, name="document-file"),
    path("verifier/", views.document_verify, name="document-verify"),
    path("verifier/<str:code>/", views.document_verify, name="document-check"),
]
