"""What comes with a request: motivation, answers, needs; kept apart from the seat.

As many queries whatever the number of questions: they are asked under the lock.
"""

from dataclasses import dataclass, field

from agency.activities.models import AccessNeed, Answer, Application

EMPTY = (None, "", [])


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

    @property
    def is_blank(self):
        """Whether nothing is to be kept: of a new enrolment there is nothing to correct."""
        said = [self.motivation, self.topic, *self.needs.values(), self.keep]
        told = [value for value in self.answers.values() if value not in EMPTY]
        return not (any(said) or told)


def keep(enrolment, papers):
    """Write what was given, over what there was: a second sending corrects the first.

    Returns the names of what changed, for the journal. What one needs for one's health
    is not among them: that somebody said something is said too much already.
    """
    changed = _keep_application(enrolment, papers)
    if _keep_answers(enrolment, papers.answers):
        changed.append("answers")
    _keep_needs(enrolment, papers.needs)
    if papers.keep != enrolment.keep_for_next:
        enrolment.keep_for_next = papers.keep
        enrolment.save(update_fields=["keep_for_next"])
        changed.append("keep_for_next")
    return changed


def _keep_application(enrolment, papers):
    """A form without a motivation leaves the one there is: it was decided upon."""
    said = {"motivation": papers.motivation, "topic": papers.topic}
    if not any(said.values()):
        return []
    known = Application.objects.filter(enrolment=enrolment)
    before = known.values(*said).first()
    if before is None:
        Application.objects.create(enrolment=enrolment, **said)
        return [name for name, text in said.items() if text]
    changed = {name: text for name, text in said.items() if before[name] != text}
    if changed:
        known.update(**changed)
    return list(changed)


def _keep_answers(enrolment, answers):
    """Whether something changed; what is no longer answered is no longer kept."""
    told = {one.pk: value for one, value in answers.items() if value not in EMPTY}
    known = dict(enrolment.answers.values_list("question", "value"))
    if told == known:
        return False
    Answer.objects.bulk_create(
        (
            Answer(enrolment=enrolment, question_id=key, value=value)
            for key, value in told.items()
            if key not in known or known[key] != value
        ),
        update_conflicts=True,
        update_fields=["value"],
        unique_fields=["enrolment", "question"],
    )
    if known.keys() - told.keys():
        enrolment.answers.exclude(question__in=list(told)).delete()
    return True


def _keep_needs(enrolment, needs):
    told = {kind: text for kind, text in needs.items() if text}
    known = dict(enrolment.access_needs.values_list("kind", "text"))
    AccessNeed.objects.bulk_create(
        (
            AccessNeed(enrolment=enrolment, kind=kind, text=text)
            for kind, text in told.items()
            if known.get(kind) != text
        ),
        update_conflicts=True,
        update_fields=["text"],
        unique_fields=["enrolment", "kind"],
    )
    if known.keys() - told.keys():
        enrolment.access_needs.exclude(kind__in=list(told)).delete()
