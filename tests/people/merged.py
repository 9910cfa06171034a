"""Two records of one person, and a merge that is refused."""

import pytest
from django.db import transaction

from agency.people.models import Merge
from agency.people.services import merging
from agency.people.services.accounts import Refused


def refused(kept, dropped, by):
    with pytest.raises(Refused) as error, transaction.atomic():
        merging.merge(kept, dropped, by=by)
    assert not Merge.objects.filter(undone_at=None, dropped_id=dropped.pk).exists()
    return str(error.value)
