# An offer that was declined or has lapsed is over too: its person may register again.
# The new condition takes fewer rows than the one before, so no row can refuse it.
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0002_waiting_list'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='enrolment',
            name='enrolment_one_running',
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('withdrawn', 'cancelled', 'declined', 'expired')), _negated=True), fields=('activity', 'person'), name='enrolment_one_running'),
        ),
    ]
