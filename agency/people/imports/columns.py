"""What a file may hold: its columns, and the headings that people give them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agency.core.text import fold
from agency.people.choices import ImportKind
from agency.people.imports import cells
from agency.people.models import Affiliation, Organisation, Person


@dataclass(frozen=True)
class Column:
    """One column: what it is called, how it may be headed, how a cell is read.

    ``model`` and ``name`` say which field it fills; ``read`` makes its value of a text.
    """

    name: str
    label: str
    headings: tuple[str, ...]
    read: Callable
    model: type | None = None
    example: str = ""
    required: bool = False
    most: int | None = None

    @property
    def longest(self):
        """How many characters a cell may have; None when its reading decides."""
        field = self.model._meta.get_field(self.name) if self.model else None
        return field.max_length if field else self.most

    @property
    def title(self):
        return capfirst(str(self.label))


def _is(name, label, headings, read, model=None, example="", **more):
    return Column(name, label, tuple(headings.split("|")), read, model, example, **more)


def _reached(model, email):
    return (
        _is("phone", _("telephone"),
            "telephone|tel|portable|mobile|numero de telephone|telephone portable",
            cells.phone, None, "03 80 55 12 34"),
        _is("email", _("e-mail address"),
            "courriel|e mail|email|mail|mel|adresse e mail|adresse email|adresse mail"
            "|adresse electronique|adresse courriel",
            cells.email, model, email),
        _is("address", _("postal address"), "adresse|adresse postale|rue|voie",
            cells.text, model, "12 rue des Capucins"),
        _is("postal_code", _("postal code"), "code postal|cp", cells.postal_code, model,
            "21000"),
        _is("city", _("town"), "commune|ville|localite", cells.text, model, "Dijon"),
        _is("territory", _("territory"), "departement|territoire|dept|dep",
            cells.territory, None, "21"),
    )  # fmt: skip


PEOPLE = (
    _is("family_name", _("family name"), "nom|nom de famille|nom d usage", cells.name,
        Person, "Belkacem", required=True),
    _is("given_name", _("given name"), "prenom|prenoms", cells.name, Person, "Nour",
        required=True),
    *_reached(Person, "nour.belkacem@example.org"),
    _is("pronouns", _("pronouns"), "pronoms|pronom", cells.text, Person, "elle"),
    _is("organisation", _("organisation"),
        "structure|organisme|organisation|employeur|nom de la structure",
        cells.name, None, "Compagnie du Parvis", most=200),
    _is("siret", _("SIRET number"),
        "siret|n siret|no siret|numero siret|siret de la structure", cells.siret, None,
        "732 829 320 00074"),
    _is("profession", _("profession"), "metier|profession", cells.profession, None, ""),
    _is("job_title", _("job title"), "fonction|poste|intitule du poste", cells.text,
        Affiliation, "Administratrice"),
    _is("starts_on", _("working there since"),
        "depuis|depuis le|en poste depuis|date d arrivee|date d entree|debut", cells.day,
        None, "01/09/2024"),
)  # fmt: skip

ORGANISATIONS = (
    _is("name", _("name"),
        "nom|structure|organisme|organisation|raison sociale|nom de la structure"
        "|denomination",
        cells.name, Organisation, "Compagnie du Parvis", required=True),
    _is("kind", _("kind"), "type|type de structure|nature|categorie", cells.kind, None,
        ""),
    _is("siret", _("SIRET number"), "siret|n siret|no siret|numero siret", cells.siret,
        None, "732 829 320 00074"),
    _is("licence", _("show licence"),
        "licence|n licence|licence de spectacle|licence d entrepreneur de spectacles"
        "|licence d entrepreneur",
        cells.text, Organisation, "PLATESV-R-2024-001234"),
    _is("labels", _("labels"), "labels|label|conventionnement", cells.labels, None, ""),
    *_reached(Organisation, "contact@example.org"),
    _is("website", _("website"), "site|site web|site internet|url|web", cells.website,
        Organisation, "https://example.org"),
)  # fmt: skip

OF_KIND = {ImportKind.PEOPLE: PEOPLE, ImportKind.ORGANISATIONS: ORGANISATIONS}


def of(kind):
    """The columns of a kind of file by name."""
    return {column.name: column for column in OF_KIND[kind]}


def plain(heading):
    """A heading as it is compared: ``N\u00b0 SIRET *`` is ``n siret``."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(heading)).split())


def known(kind):
    """Each heading that is understood -> the column that it means."""
    return {
        heading: column
        for column in OF_KIND[kind]
        for heading in (*column.headings, plain(str(column.label)))
    }
