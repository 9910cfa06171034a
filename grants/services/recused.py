"""Which files of a sitting are shut to whom: read once for a whole page."""

from collections import defaultdict

from django.db.models import Q

from grants.models import Application, ApplicationEditor, Recusal
from grants.models.reading import OF_THE_HOUSE
from grants.states import PRESENTED


def of_sitting(sitting):
    """{key of a person: the keys of the files of ``sitting`` shut to them}; three queries.

    Those on its agenda, and those that an item of it was about.
    """
    there = Q(sitting=sitting, state__in=PRESENTED) | Q(points__sitting=sitting)
    rows = Application.objects.filter(there).order_by()
    return of_files(sitting, dict(rows.values_list("pk", "scheme")))


def of_files(sitting, schemes):
    """The same of the files ``schemes``, {key: key of its scheme}; two queries.

    As ``reading.is_shut_to`` has it for one person: what they write in themselves and
    the strict option included.
    """
    found = defaultdict(set)
    barred = Recusal.objects.barring().filter(application__in=schemes).order_by()
    for person, key, nature in barred.values_list("person", "application", "nature"):
        found[person].add(key)
        if sitting.strict and nature in OF_THE_HOUSE:
            found[person] |= {k for k, one in schemes.items() if one == schemes[key]}
    writing = ApplicationEditor.objects.filter(application__in=schemes).order_by()
    for person, key in writing.values_list("person", "application"):
        found[person].add(key)
    return found
