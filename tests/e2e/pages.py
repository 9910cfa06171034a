"""Every page that a browser can show, by the person who sees it."""

from django.urls import reverse

from agency.activities.models import Activity, Enrolment, Session
from agency.core.admin import site as desk
from agency.people.models import Person
from tests.test_access import DESK

VISITOR = [
    "/",
    "/activites/",
    "/activites/?q=theatre",
    "/activites/?q=introuvable",
    "/agenda/",
    "/agenda/?mois=2031-01",
    "/mentions-legales/",
    "/confidentialite/",
    "/accessibilite/",
    "/compte/login/",
    "/compte/signup/",
    "/compte/login/code/",
    "/compte/password/reset/",
    "/demo/courrier/",
    "/introuvable/",
]
OWN = [
    "/mon-espace/",
    "/mon-espace/documents/",
    "/mon-espace/profil/",
    "/mon-espace/profil/rattachements/nouveau/",
    "/mon-espace/donnees/",
    "/compte/email/",
    "/compte/2fa/",
    "/compte/2fa/webauthn/",
    "/compte/sessions/",
    "/compte/logout/",
]


def activity_pages():
    """One activity of each state and kind that the site shows."""
    seen = {}
    for activity in Activity.objects.exclude(state="draft").order_by("pk"):
        seen.setdefault((activity.kind, activity.state), activity.get_absolute_url())
    return list(seen.values())


def registration_page():
    slug = Activity.objects.filter(state="open").order_by("-pk")[0].slug
    return reverse("activities:enrolment-create", args=[slug])


def own_pages(name):
    person = Person.objects.get(email=f"{name}@demo.plateau.example")
    enrolments = Enrolment.objects.filter(person=person).order_by("pk")
    details = [enrolment.get_absolute_url() for enrolment in enrolments]
    return [*OWN, registration_page(), *details, *(f"{d}retrait/" for d in details)]


def desk_pages(role):
    """The rooms that ``role`` may enter: list, form, row, history; the convening page."""
    found = ["/gestion/"]
    for model in desk._registry:
        meta = model._meta
        stem = f"admin:{meta.app_label}_{meta.model_name}"
        room = DESK[meta.label_lower]
        row = model._default_manager.order_by("pk").last()
        if role in room.view:
            found.append(reverse(f"{stem}_changelist"))
        if role in room.add:
            found.append(reverse(f"{stem}_add"))
        if role in room.view and row is not None:
            found.append(reverse(f"{stem}_change", args=[row.pk]))
            found.append(reverse(f"{stem}_history", args=[row.pk]))
    coming = Session.objects.coming().filter(participations__isnull=False)
    found.append(reverse("admin:activities_session_convene", args=[coming[0].pk]))
    return found


def pages_by_person(site):
    """{name of an account of the demo, or None: addresses}."""
    return {
        None: [*VISITOR, *site.find(activity_pages)],
        "pro": site.find(lambda: own_pages("pro")),
        "pro2": site.find(lambda: own_pages("pro2")),
        "agence": site.find(lambda: desk_pages("officer")),
        "direction": site.find(lambda: desk_pages("direction")),
    }
