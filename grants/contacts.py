"""Whom one writes to about an application, as messages name them."""

from django.conf import settings

from agency.core.text import telephone


def contact_of(application):
    """Who has the file in hand: its rapporteur, else whoever runs the commission."""
    if application.rapporteur_id:
        return application.rapporteur
    if application.sitting_id:
        return application.sitting.session.activity.officer
    return None


def spoken(person):
    """Whom one writes to or calls: the house, for what is not known of them."""
    return {
        "name": person.full_name if person else settings.AGENCY["name"],
        "email": (person and person.email) or settings.AGENCY["email"],
        "phone": (person and telephone(person.phone)) or settings.AGENCY["phone"],
    }
