"""A page of the application: the columns of a part, its rows, or both, kept together."""

from grants.forms.parts import (
    BudgetForm,
    OrganisationForm,
    ProjectForm,
    SittingForm,
)
from grants.forms.rows import FORMS, Rows
from grants.sections import Section

# What belongs to a draft alone, and is no part that the house asks again for.
SITTING = "sitting"
COLUMNS = {
    Section.ORGANISATION: OrganisationForm,
    Section.PROJECT: ProjectForm,
    Section.INCOMES: BudgetForm,
    SITTING: SittingForm,
}
# What stands in the address of each part, in the order in which one fills them in.
WAYS = {
    "structure": Section.ORGANISATION,
    "projet": Section.PROJECT,
    "representations": Section.PERFORMANCES,
    "trajets": Section.LEGS,
    "equipe": Section.PARTY,
    "depenses": Section.EXPENSES,
    "recettes": Section.INCOMES,
    "commission": SITTING,
}
WAY_OF = {part: way for way, part in WAYS.items()}


class Page:
    """What is written at one address of an application."""

    def __init__(self, data=None, *, application, part, more=0):
        self.application, self.part = application, part
        self.form = self.rows = None
        if part in COLUMNS:
            self.form = COLUMNS[part](data, application=application, part=part)
        if part in FORMS:
            self.rows = Rows(data, application=application, part=part, more=more)

    def save(self, *, by, pausing=False):
        """Keep all that is right; True when nothing is left to mend.

        ``pausing``: sent by a script while somebody types, not by the button.
        """
        whole = True
        if self.form is not None:
            whole &= self.form.save(by=by, pausing=pausing)
        if self.rows is not None:
            whole &= self.rows.save(by=by, pausing=pausing)
        return whole

    @property
    def faults(self):
        """How many answers and rows are to mend."""
        fields = len(self.form.errors) if self.form is not None else 0
        return fields + len(self.bad_rows)

    @property
    def bad_rows(self):
        if self.rows is None:
            return []
        return [form for form in self.rows.forms if form.faulty]

    def state(self):
        """What a script puts into the page after it has sent it."""
        said = {"rows": {}, "fields": {}, "seen": ""}
        if self.form is not None:
            said["seen"] = self.form.data["seen"]
            said["fields"] = {
                name: str(found[0]) for name, found in self.form.errors.items()
            }
        for form in self.rows.forms if self.rows is not None else ():
            said["rows"][form.prefix] = {
                "id": form.data.get(form.add_prefix("id"), ""),
                "seen": form.data.get(form.add_prefix("seen"), ""),
                "said": form.sentence() if form.faulty else "",
                "gone": form.gone,
            }
        return said
