"""What comes with a request: motivation, answers, needs; kept apart from the seat."""

from dataclasses import dataclass, field

from agency.activities.models import AccessNeed, Answer, Application


@dataclass(frozen=True)
class Papers:
    """What a form gives beside the person and the affiliation.

    ``answers`` {question: value as JSON}; ``needs`` {NeedKind: text}; ``sessions`` those
    chosen where one registers session by session; ``keep`` whether what is written may
    serve for the next edition.
    """

    motivation: str = ""
    topic: str = ""
    answers: dict = field(default_factory=dict)
    needs: dict = field(default_factory=dict)
    sessions: tuple = ()
    keep: bool = False


def keep(enrolment, papers):
    """Write what was given, over what there was: a second sending corrects the first."""
    if papers.motivation or papers.topic:
        Application.objects.update_or_create(
            enrolment=enrolment,
            defaults={"motivation": papers.motivation, "topic": papers.topic},
        )
    known = {one.question_id: one for one in enrolment.answers.all()}
    for question, value in papers.answers.items():
        if value in (None, "", []):
            continue
        Answer.objects.update_or_create(
            enrolment=enrolment, question=question, defaults={"value": value}
        )
        known.pop(question.pk, None)
    # What is no longer answered is no longer kept.
    for stale in known.values():
        stale.delete()
    _keep_needs(enrolment, papers.needs)
    if papers.keep != enrolment.keep_for_next:
        enrolment.keep_for_next = papers.keep
        enrolment.save(update_fields=["keep_for_next"])


def _keep_needs(enrolment, needs):
    told = {kind: text for kind, text in needs.items() if text}
    for kind, text in told.items():
        AccessNeed.objects.update_or_create(
            enrolment=enrolment, kind=kind, defaults={"text": text}
        )
    enrolment.access_needs.exclude(kind__in=list(told)).delete()
