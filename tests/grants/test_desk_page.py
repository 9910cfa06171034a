"""The list, the pipeline and the page of a file: what they say, to whom, at what cost."""

import pytest
from django.urls import reverse

from tests.grants.factories import (
    ApplicationFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/gestion/grants/application/"


@pytest.fixture
def desk(client):
    client.sign_in(PersonFactory(officer=True))
    return client


def change(application):
    return reverse("admin:grants_application_change", args=[application.pk])


def test_list(desk, django_assert_max_num_queries):
    ApplicationFactory(sent=True, tour=True)
    desk.get(LIST)
    with django_assert_max_num_queries(1) as q:
        desk.get(LIST)


def test_page(desk, django_assert_max_num_queries):
    one = ApplicationFactory(instructed=True, tour=True, rules__full=True)
    desk.get(change(one))
    with django_assert_max_num_queries(1) as q:
        desk.get(change(one))
