"""What the officer does about an alert, in a sentence: the actions of the health rules."""

from mentoring.choices import AlertCause
from mentoring.health.colours import Action
from mentoring.health.ladder import Step

BY_CAUSE = {
    AlertCause.HELP: Action.ANSWER.label,
    AlertCause.PULSE: Action.LISTEN.label,
    AlertCause.MISSED: Action.CALL.label,
    AlertCause.SILENT: Action.CALL.label,
    AlertCause.CALL: Action.CALL.label,
    AlertCause.DISCUSS_END: Step.DISCUSS_END.label,
}


def of(alert):
    return BY_CAUSE[alert.cause]
