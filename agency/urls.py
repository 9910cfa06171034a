"""Every address of the house; each room holds its own paths."""

from django.urls import include, path

from agency.core.admin import site

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("gestion/", site.urls),
    path("", include("agency.pages.urls")),
    path("", include("agency.activities.urls")),
    path("", include("agency.documents.urls")),
    path("", include("agency.mail.urls")),
    path("", include("agency.people.urls")),
    path("", include("mentoring.urls")),
    path("", include("grants.urls")),
]

handler400 = "agency.pages.errors.bad_request"
handler403 = "agency.pages.errors.permission_denied"
handler404 = "agency.pages.errors.page_not_found"
# Asked for by allauth when somebody insists.
handler429 = "agency.pages.errors.too_many_requests"
handler500 = "agency.pages.errors.server_error"
