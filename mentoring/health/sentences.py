"""What a colour and its figures are in sentences, for the officer: facts, no judgement.

A sentence tells the days that went by, as a calendar does, then how many did not count.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.health.colours import Code

FIXED = {
    Code.ENDED: lambda: _("The pair has come to its end."),
    Code.PAUSED: lambda: _("The pair is paused."),
    Code.QUIET: lambda: _("This is a quiet period: nobody is reminded of anything."),
    Code.TO_LAUNCH: lambda: _("The pair is not launched yet."),
}


def sentence(reason):
    """One reason in words."""
    if reason.code in FIXED:
        return FIXED[reason.code]()
    count = reason.number + reason.resting
    said = COUNTED[reason.code](count) % {"count": count}
    return f"{said} {_not_counted(reason.resting)}" if reason.resting else said


def sentences(health):
    """Every reason, the weightiest first."""
    return [sentence(reason) for reason in health.reasons]


def _not_counted(days):
    return ngettext(
        "Among them, %(count)s day of rest does not count.",
        "Among them, %(count)s days of rest do not count.",
        days,
    ) % {"count": days}


# --- With a figure -------------------------------------------------------------
def _help(days):
    if not days:
        return _("Help was asked for today.")
    return ngettext(
        "Help was asked for %(count)s day ago.",
        "Help was asked for %(count)s days ago.",
        days,
    )


def _fails(sides):
    if sides == 1:
        return _("To the barometer, one of the two answered that it does not work.")
    return _("To the barometer, both answered that it does not work.")


def _low(level):
    return _("The lowest last answer to the barometer is %(count)s out of 5.")


def _middling(level):
    return _("A last answer to the barometer is %(count)s out of 5.")


def _missed(meetings):
    return ngettext(
        "%(count)s meeting did not take place.",
        "%(count)s meetings in a row did not take place.",
        meetings,
    )


def _silent(days):
    return ngettext(
        "No meeting for %(count)s day.", "No meeting for %(count)s days.", days
    )


def _first(days):
    return ngettext(
        "Launched %(count)s day ago, the pair has not met for the first time yet.",
        "Launched %(count)s days ago, the pair has not met for the first time yet.",
        days,
    )


def _unsigned(days):
    return ngettext(
        "The agreement has been waiting for a signature for %(count)s day.",
        "The agreement has been waiting for a signature for %(count)s days.",
        days,
    )


def _met(days):
    if not days:
        return _("The pair met today.")
    return ngettext(
        "The pair met %(count)s day ago.", "The pair met %(count)s days ago.", days
    )


def _planned(days):
    if not days:
        return _("A meeting is planned today.")
    return ngettext(
        "A meeting is planned in %(count)s day.",
        "A meeting is planned in %(count)s days.",
        days,
    )


def _launched(days):
    if not days:
        return _("The pair begins today.")
    return ngettext(
        "The pair began %(count)s day ago.", "The pair began %(count)s days ago.", days
    )


COUNTED = {
    Code.HELP: _help,
    Code.FAILS: _fails,
    Code.LOW: _low,
    Code.MIDDLING: _middling,
    Code.MISSED: _missed,
    Code.LONG_SILENT: _silent,
    Code.SILENT: _silent,
    Code.FIRST: _first,
    Code.UNSIGNED: _unsigned,
    Code.MET: _met,
    Code.PLANNED: _planned,
    Code.LAUNCHED: _launched,
}
