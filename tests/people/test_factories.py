import pytest

from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_factories_make_the_cast():
    officer = PersonFactory(officer=True, mfa=True)
    AffiliationFactory(person=officer)
    guest = PersonFactory(email=None, unclaimed=True)

    assert officer.is_staff
    assert officer.authenticator_set.count() == 1
    assert officer.emailaddress_set.get().verified
    assert not guest.has_usable_password()
    assert not guest.emailaddress_set.exists()
    assert not PersonFactory(unclaimed=True).emailaddress_set.get().verified
