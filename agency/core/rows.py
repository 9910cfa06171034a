"""Rows that two transactions may want to write at once."""

from django.db import router
from django.db.models.constants import OnConflict


def insert_unless_there(row):
    """Insert ``row`` and return True; False when a row with one of its unique keys is there.

    One statement and no savepoint: the database waits for whoever is inserting the
    same key, and this transaction goes on, whatever the answer.
    """
    meta = row._meta
    fields = [one for one in meta.local_concrete_fields if one is not meta.pk]
    using = router.db_for_write(type(row), instance=row)
    rows = type(row)._base_manager.using(using)
    (inserted,) = rows._insert(
        [row],
        fields=fields,
        returning_fields=[meta.pk],
        using=using,
        on_conflict=OnConflict.IGNORE,
    )
    if inserted is None:
        return False
    (row.pk,) = inserted
    row._state.adding, row._state.db = False, using
    return True
