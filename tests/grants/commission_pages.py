"""The addresses of the workspace of members, and what a browser sends there."""

import re

from django.urls import reverse

from tests.grants import files


def url(name, sitting, *more):
    return reverse(f"grants:commission-{name}", args=[sitting.pk, *more])


def file_url(application, name="file", *more):
    return url(name, application.sitting, application.uuid, *more)


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


def card(application, **more):
    project, budget, route = application.rules.criteria.order_by("order")
    found = {
        f"c{project.pk}": 3,
        f"c{budget.pk}": 2,
        f"c{route.pk}": "",
        "opinion": "favourable",
        "suggested": "900",
        "comment": "Une belle route.",
        "version": 0,
        "revision": 1,
    }
    return found | more


def opens(client, address):
    """The status of a file, which is read to its end."""
    response = client.get(address)
    files.read(response)
    return response.status_code
