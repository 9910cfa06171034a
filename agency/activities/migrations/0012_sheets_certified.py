from django.db import migrations
from django.db.models import F


def settled(apps, schema_editor):
    """Nobody is sent a certificate for what was locked before there were any."""
    sheets = apps.get_model("activities", "AttendanceSheet").objects
    sheets.filter(state="locked").update(certified_at=F("locked_at"))


class Migration(migrations.Migration):
    dependencies = [("activities", "0011_sheet_documents")]

    operations = [
        migrations.RunPython(settled, migrations.RunPython.noop, elidable=True)
    ]
