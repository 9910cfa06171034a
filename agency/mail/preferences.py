"""What somebody agreed to be written about, and the link by which they say no more.

The link is a key of its reader: it is made at delivery and stands in no row. All it can
do is to stop one kind of message.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from agency.core.clock import now
from agency.mail.choices import Openings, Topic
from agency.mail.models import MailPreference

SALT = "mail.unsubscribe"
# Messages are kept; a link in one of last season still works.
GOOD_FOR_SECONDS = 400 * 24 * 3600


def wanting(topic, people):
    """Of these keys of people, those who read about ``topic``: one query."""
    rows = MailPreference.objects.filter(person__in=people)
    if topic == Topic.OPENINGS:
        rows = rows.exclude(openings=Openings.NONE)
        return set(rows.values_list("person", flat=True))
    refused = rows.filter(week_before=False).values_list("person", flat=True)
    return set(people) - set(refused)


def of(person):
    """The choice of ``person``, or what holds as long as they have made none."""
    found = MailPreference.objects.filter(person=person).first()
    return found or MailPreference(person=person)


def stop(person, topic):
    """``person`` reads no more about ``topic``. Said twice, it is said once."""
    said = {"openings": Openings.NONE, "chosen_at": now()}
    if topic == Topic.WEEK_BEFORE:
        said = {"week_before": False, "chosen_at": now()}
    MailPreference.objects.update_or_create(person=person, defaults=said)


# --- The link --------------------------------------------------------------------
def link(person, topic):
    """The address that stops ``topic`` for ``person``, without signing in."""
    token = signing.dumps([person.uuid.hex, str(topic)], salt=SALT)
    return settings.SITE_URL + reverse("mail:unsubscribe", args=[token])


def read(token):
    """(the person or None, the topic) of a link of ours, or None: forged, or too old.

    Whoever was erased or is unknown stays None: the page says the same to everybody.
    """
    try:
        reference, topic = signing.loads(token, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return None
    people = get_user_model()._base_manager.select_related("merged_into")
    person = people.filter(uuid=reference).first()
    if person is not None and person.merged_into is not None:
        person = person.merged_into
    gone = person is None or person.erased_at is not None
    return None if gone else person, Topic(topic)
