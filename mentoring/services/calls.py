"""The call of an edition: when it takes applications, and for whom it is meant."""

from django.db.models import TextChoices
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agency.activities.models import Activity
from agency.activities.states import ActivityState
from agency.core.clock import now
from agency.people.models import Profession
from mentoring.choices import Side, Stage
from mentoring.models import MENTORING, EditionDetails, MentoringApplication


class Refusal(TextChoices):
    """Why nobody, or this very person, can apply now, in a sentence for them."""

    TOO_EARLY = "too_early", _("The call for applications has not opened yet.")
    TOO_LATE = "too_late", _("The call for applications is over.")
    CANCELLED = "cancelled", _("This edition is cancelled.")
    ACCOUNT = "account", _("This account can no longer apply.")
    STAFF = (
        "staff",
        _("What a pair says stays between them: the agency's team does not apply."),
    )


BY_STATE = {
    ActivityState.DRAFT: Refusal.TOO_EARLY,
    ActivityState.ANNOUNCED: Refusal.TOO_EARLY,
    ActivityState.CANCELLED: Refusal.CANCELLED,
}


def editions():
    """The activities that are editions, with what a form reads of them."""
    rows = Activity.objects.filter(kind=MENTORING)
    return rows.select_related("officer", "season", "mentoring")


def closed(edition):
    """Why the call takes no application now, or None."""
    if edition.state != ActivityState.OPEN:
        return BY_STATE.get(edition.state, Refusal.TOO_LATE)
    if edition.opens_at and edition.opens_at > now():
        return Refusal.TOO_EARLY
    if edition.closes_at and edition.closes_at <= now():
        return Refusal.TOO_LATE
    return None


def applicants(edition):
    """The keys of those who have begun, sent or taken back an application to it."""
    rows = MentoringApplication.objects.filter(edition=edition)
    return rows.order_by().values("person")


def barred(person):
    """Why this very person may not apply, or None: nobody of the team enters a pair."""
    if not person.is_active:
        return Refusal.ACCOUNT
    return Refusal.STAFF if person.is_staff else None


def details_of(edition):
    """What is the edition's alone; the usual figures when nobody has written them."""
    try:
        return edition.mentoring
    except EditionDetails.DoesNotExist:
        return EditionDetails(activity=edition)


def threshold(edition, side):
    """How long one has practised, in a sentence that stands beside the question."""
    details = details_of(edition)
    if side == Side.MENTOR:
        return ngettext(
            "A mentor has practised for %(count)s year at least.",
            "A mentor has practised for %(count)s years at least.",
            details.mentor_least_years,
        ) % {"count": details.mentor_least_years}
    return ngettext(
        "This edition is for those who have practised for %(count)s year at most; "
        "whoever changes career is not counted.",
        "This edition is for those who have practised for %(count)s years at most; "
        "whoever changes career is not counted.",
        details.mentee_most_years,
    ) % {"count": details.mentee_most_years}


def alerts(application):
    """What is not as the edition wishes, as sentences; the officer decides on each."""
    edition, details = application.edition, details_of(application.edition)
    years = application.years
    if years is not None and application.is_mentor:
        if years < details.mentor_least_years:
            yield _below(years, details.mentor_least_years)
    elif _counts(application) and years > details.mentee_most_years:
        yield _beyond(years, details.mentee_most_years)
    if application.profession_id and not _is_of(edition, application.profession):
        yield gettext("The edition is meant for other professions.")
    offered = application.capacity
    if offered and offered > details.mentor_capacity:
        yield ngettext(
            "A mentor accompanies %(count)s person at most in this edition.",
            "A mentor accompanies %(count)s people at most in this edition.",
            details.mentor_capacity,
        ) % {"count": details.mentor_capacity}


def _counts(application):
    """Whether the years of a mentee matter: whoever changes career begins again."""
    return application.years is not None and application.stage != Stage.CHANGING


def _below(years, least):
    said = {"years": _years(years), "least": _years(least)}
    return (
        gettext("%(years)s of practice, where the edition asks for %(least)s.") % said
    )


def _beyond(years, most):
    said = {"years": _years(years), "most": _years(most)}
    return gettext("%(years)s of practice, where the edition stops at %(most)s.") % said


def _years(count):
    return ngettext("%(count)s year", "%(count)s years", count) % {"count": count}


def _is_of(edition, profession):
    """Whether the edition is for that profession, or for the family it belongs to."""
    wanted = set(edition.professions.values_list("pk", flat=True))
    return not wanted or bool(wanted & {profession.pk, profession.parent_id})


def professions():
    """Those of a form, each family before its professions."""
    return Profession.objects.select_related("parent")
