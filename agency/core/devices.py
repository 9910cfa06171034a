"""What a browser says of itself, as a person knows their device."""

from django.utils.translation import gettext

# The first sign found names it: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """Firefox, Windows: what a person knows of their device."""
    name = next((said for sign, said in BROWSERS if sign in user_agent), "")
    system = next((said for sign, said in SYSTEMS if sign in user_agent), "")
    known = ", ".join(part for part in (name, system) if part)
    return known or gettext("Unknown device")
