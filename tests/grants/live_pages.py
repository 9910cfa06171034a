"""The addresses of a sitting that is held, and what a browser sends there."""

from django.urls import reverse

from tests.grants.live_scene import again


def page(sitting, name="live", *more):
    return reverse(f"grants:commission-{name}", args=[sitting.pk, *more])


def act(client, sitting, verb, **data):
    return client.post(page(sitting, "act", verb), data, follow=True)


def watch(client, sitting, view, etag=""):
    headers = {"If-None-Match": etag} if etag else {}
    return client.get(page(sitting, "watch", view), headers=headers)


def spot(point):
    return {"point": point.pk, "seen": again(point).version}


def ranking(sitting, point):
    return page(sitting, "ranking", point.application.scheme.slug)
