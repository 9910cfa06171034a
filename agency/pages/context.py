"""What the layout of every page shows: the agency, the navigation, the light chosen."""

from django.conf import settings

from agency.pages import registry

NAME = "Plateau"
# The cookie that the theme view sets; without it the light is that of the device.
LIGHT_COOKIE = "light"
LIGHTS = ("day", "night")


def site(request):
    """``house`` and ``navigation``; no query."""
    light = request.COOKIES.get(LIGHT_COOKIE, "")
    match = request.resolver_match
    return {
        "house": {
            "name": NAME,
            "agency": settings.AGENCY,
            "demo": settings.DEMO,
            "theme": light if light in LIGHTS else "",
            "here": match.view_name if match else "",
        },
        "navigation": [
            {
                "label": entry.label,
                "url": entry.url,
                "current": _current(request.path, entry.url),
            }
            for entry in registry.navigation()
        ],
    }


def _current(path, url):
    """``page`` on the entry itself, ``true`` below it, nothing elsewhere."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""
