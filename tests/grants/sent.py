"""What a browser sends of a page of an application: for its tests."""

from django.urls import reverse

from grants.forms.pages import Page
from grants.models import Application


def url_of(application, way):
    return reverse("grants:application-part", args=[application.uuid, way])


def read(application, part):
    """What a browser holds of a page, as it would send it back."""
    page = Page(application=Application.objects.get(pk=application.pk), part=part)
    sent = {}
    forms = [page.form] if page.form is not None else []
    if page.rows is not None:
        sent |= {"rows": str(page.rows.total), "known": page.rows.known_now}
        forms += page.rows.forms
    for form in forms:
        for bound in form:
            value = bound.value()
            if hasattr(value, "isoformat"):
                value = value.isoformat()
            if value is True:
                sent[bound.html_name] = "on"
            elif value not in (None, False):
                sent[bound.html_name] = str(value)
            elif bound.name == "seen":
                sent[bound.html_name] = ""
    return sent


def pause(client, url, sent):
    return client.post(url, sent, headers={"X-Pause": "1"})


def said(response):
    return response.content.decode()


DATE = {
    "row-0-day": "2031-03-14",
    "row-0-count": "2",
    "row-0-venue": "Théâtre du Port",
    "row-0-city": "Brest",
    "row-0-country": "France",
    "row-0-zone": "regions",
    "row-0-contract": "cession",
    "row-0-contract_status": "signed",
    "row-0-fee": "1 234,50 €",
    "row-0-audience": "public",
}
