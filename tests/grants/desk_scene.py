"""What the access table and the walk meet of the desk of applications."""

from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationFactory,
    ExtensionFactory,
    InstructionReportFactory,
)


def set_up(scene):
    """A file under instruction, with an expense, a paper and a report."""
    scene.instructed = ApplicationFactory(
        instructed=True, tour=True, rules__full=True, rapporteur=scene.person("officer")
    )
    InstructionReportFactory(application=scene.instructed)
    scene.to_check = ApplicationDocumentFactory(application=scene.instructed)
    ExtensionFactory()


def arguments(scene):
    one = scene.instructed
    found = {
        f"admin:grants_application_{page}": [one.pk]
        for page in ("report", "assign", "appoint", "note")
    }
    return found | {
        "admin:grants_application_retain": [one.pk, one.expenses.get().pk],
        "admin:grants_application_check": [one.pk, scene.to_check.pk],
    }
