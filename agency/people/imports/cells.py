"""One cell of a file: from what was typed to a value, or a sentence that says the cure."""

import re
from datetime import date, datetime

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber
from stdnum.fr import siret as siret_number

from agency.core.clock import today
from agency.core.text import fold
from agency.core.validators import FIRST_YEAR
from agency.people.choices import OrganisationKind
from agency.people.validators import check_name, check_unseen

# How many names an unknown one is answered with.
SUGGESTED = 12
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y")

check_email = EmailValidator()
check_url = URLValidator(schemes=("http", "https"))


class Unfit(Exception):
    """Why a cell cannot be taken: a sentence with the cure."""


def _checked(value, *validators):
    for validate in validators:
        try:
            validate(value)
        except ValidationError as error:
            raise Unfit(" ".join(error.messages)) from error
    return value


def text(value, lists):
    return _checked(value, check_unseen)


def name(value, lists):
    return _checked(value, check_name)


def email(value, lists):
    address = value.removeprefix("mailto:").lower()
    try:
        return _checked(address, check_email)
    except Unfit:
        said = {"value": value[:80]}
        raise Unfit(
            _("%(value)s is no e-mail address: write one, as in nom@exemple.fr.") % said
        ) from None


def phone(value, lists):
    digits = re.sub(r"\D", "", value)
    if value == digits and len(digits) == 9:
        digits = f"0{digits}"  # a spreadsheet took it for a number
        value = digits
    elif value == digits and len(digits) == 11 and digits.startswith("33"):
        value = f"+{digits}"
    number = PhoneNumber.from_string(value, region="FR") if digits else None
    if number is None or not _is_valid(number):
        said = {"value": value[:40]}
        raise Unfit(
            _("%(value)s is no telephone number: write one, as in 03 80 55 12 34.")
            % said
        )
    return number


def _is_valid(number):
    try:
        return number.is_valid()
    except phonenumbers.NumberParseException:
        return False


def postal_code(value, lists):
    """1000 is 01000 that a spreadsheet took for a number."""
    bare = value.replace(" ", "")
    if bare.isascii() and bare.isdigit():
        return bare.zfill(5) if len(bare) == 4 else bare
    return _checked(value, check_unseen)


def siret(value, lists):
    bare = re.sub(r"[\s.-]", "", value)
    if len(bare) == 13 and siret_number.is_valid(f"0{bare}"):
        bare = f"0{bare}"  # a spreadsheet took it for a number
    if not siret_number.is_valid(bare):
        if re.fullmatch(r"\d(?:[.,]\d+)?E\+?\d+", bare, re.IGNORECASE):
            raise Unfit(
                _(
                    "The spreadsheet has cut this SIRET (%(value)s): set its column as "
                    "text, and type the 14 digits again."
                )
                % {"value": value}
            )
        raise Unfit(
            _("A SIRET number has 14 digits, as in 732 829 320 00074; check them.")
        )
    return bare


def website(value, lists):
    address = value if "://" in value else f"https://{value}"
    try:
        return _checked(address, check_url)
    except Unfit:
        raise Unfit(
            _("%(value)s is no web address: write one, as in https://exemple.fr.")
            % {"value": value[:80]}
        ) from None


def day(value, lists):
    for form in DAYS:
        try:
            read = datetime.strptime(value, form).date()  # noqa: DTZ007 a day alone
        except ValueError:
            continue
        if date(FIRST_YEAR, 1, 1) <= read <= today():
            return read
        raise Unfit(
            _("%(value)s is to come or too far back: check this date.")
            % {"value": value}
        )
    raise Unfit(
        _("%(value)s is no date: write the day, the month and the year, as in %(day)s.")
        % {"value": value[:40], "day": f"{today():%d/%m/%Y}"}
    )


def kind(value, lists):
    names = {}
    for choice in OrganisationKind:
        names[fold(str(choice.label))] = names[choice.value] = choice.value
    return _one_of(value, names, [str(choice.label) for choice in OrganisationKind])


def profession(value, lists):
    return _one_of(value, lists.professions, lists.profession_names)


def territory(value, lists):
    found = lists.territories.get(fold(value))
    if found is None and value.isdigit() and len(value) == 1:
        found = lists.territories.get(f"0{value}")
    return found or _one_of(value, lists.territories, lists.territory_names)


def labels(value, lists):
    names = [part.strip() for part in re.split(r"[;,|/\n]", value) if part.strip()]
    return [_one_of(one, lists.labels, lists.label_names) for one in names]


def _one_of(value, known, names):
    found = known.get(fold(value))
    if found is not None:
        return found
    near = [one for one in names if fold(value)[:4] in fold(one)]
    shown = sorted(near or names, key=fold)[:SUGGESTED]
    if not shown:
        raise Unfit(
            _("%(value)s is unknown here: this list is still empty.")
            % {"value": value[:80]}
        )
    raise Unfit(
        _("%(value)s is unknown here; there is for example: %(names)s.")
        % {"value": value[:80], "names": ", ".join(shown)}
    )
