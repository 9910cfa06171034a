"""What a draft still lacks, part by part, in sentences."""

from django.utils.translation import gettext as _

from grants.sections import Section

ORGANISATION = ("siret", "account_holder", "iban")
ROWS = (
    *(Section.PERFORMANCES, Section.LEGS, Section.PARTY),
    *(Section.EXPENSES, Section.INCOMES),
)


def gaps(application):
    """{part: [what is missing in it]}; a part that is whole is not there."""
    found = {}
    columns = {Section.ORGANISATION: ORGANISATION, Section.PROJECT: _told(application)}
    for part, names in columns.items():
        if lacking := [name for name in names if not getattr(application, name)]:
            found[part] = [_named(application, name) for name in lacking]
    for part in ROWS:
        if not getattr(application, part.value).all():
            found[part] = [_nothing(part)]
    if not application.requested:
        found.setdefault(Section.INCOMES, []).append(_named(application, "requested"))
    return found


def _told(application):
    """What is written of the project under the rules of the application."""
    names = ["purpose"]
    if application.scheme.tours_a_show:
        names.insert(0, "show")
    if application.rules.solidarity:
        names.append("solidarity")
    return names


def _named(application, name):
    return str(application._meta.get_field(name).verbose_name)


def _nothing(part):
    return {
        Section.PERFORMANCES: _("no performance yet"),
        Section.LEGS: _("no trip yet"),
        Section.PARTY: _("nobody on the road yet"),
        Section.EXPENSES: _("no expense yet"),
        Section.INCOMES: _("no income yet"),
    }[part]
