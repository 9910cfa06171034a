from datetime import UTC

from django.db import migrations


def facts(session):
    """What the confirmation mail told, as ``agency.activities.facts`` keeps it."""
    venue = session.venue
    told = {
        "starts_at": session.starts_at.astimezone(UTC).isoformat(),
        "ends_at": session.ends_at.astimezone(UTC).isoformat(),
        "format": session.format,
        "venue": session.venue_id,
        "place": ", ".join(p for p in (venue.name, venue.city) if p) if venue else "",
        "room": session.room,
    }
    if session.activity.confidentiality != "sealed":
        told["title"] = session.title
    return told


def fill(apps, schema_editor):
    """Those who are expected were told of their sessions when they registered."""
    Session = apps.get_model("activities", "Session")
    coming = Session.objects.filter(state="planned")
    for session in coming.select_related("venue", "activity").order_by("pk"):
        rows = session.participations.filter(state="expected", told__isnull=True)
        rows.update(told=facts(session))


class Migration(migrations.Migration):
    dependencies = [("activities", "0012_sheets_certified")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)
    ]
