"""The closed lists of aid: what staff and applicants choose from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SchemeKind(models.TextChoices):
    """References/people.md (a) S2, part 3 and 4."""

    MOBILITY = "mobility", _("Artistic mobility")
    SOLIDARITY = "solidarity", _("Mobility with solidarity return")
    TOURING_CHARTER = "touring_charter", _("Touring charter")
    PROMOB = "promob", _("Travel grant for a first prospection")
    POOLED = "pooled", _("Pooled professional mobility")
    INTERNATIONALISATION = "internationalisation", _("Internationalisation")
    TOURING_MUSIC = "touring_music", _("Touring in amplified music")
    NETWORK = "network", _("Aid within a regional network")
    INTERREGIONAL = "interregional", _("Inter-regional touring")


class Beneficiary(models.TextChoices):
    COMPANY = "company", _("Artistic team")
    OPERATOR = "operator", _("Venue or festival of a network")
    OFFICE = "office", _("Artistic team or production office")
    PROFESSIONAL = "professional", _("Professional, through their organisation")


class ZoneCode(models.TextChoices):
    """Where one plays; the home region is named where a scheme pays for it."""

    HOME = "home", _("In the region")
    REGIONS = "regions", _("Other regions")
    ILE_DE_FRANCE = "idf", _("\u00cele-de-France")
    EUROPE = "europe", _("Europe")
    INTERNATIONAL = "international", _("International")


class ExpenseKind(models.TextChoices):
    TRANSPORT_PEOPLE = "transport_people", _("Transport of people")
    TRANSPORT_SET = "transport_set", _("Transport of the set")
    ACCOMMODATION = "accommodation", _("Accommodation")
    MEALS = "meals", _("Meals")
    PER_DIEM = "per_diem", _("Daily allowance")
    VISA = "visa", _("Visas")
    ATA_CARNET = "ata_carnet", _("ATA carnet")
    INSURANCE = "insurance", _("Insurance")
    PAYROLL = "payroll", _("Pay on tour")
    FEES = "fees", _("Registration and accreditation fees")
    OTHER = "other", pgettext_lazy("expense", "Other expense")


class Basis(models.TextChoices):
    ACTUAL = "actual", _("What is spent, up to the scale")
    FLAT = "flat", _("The scale, whatever is spent")


class Unit(models.TextChoices):
    KM = "km", pgettext_lazy("unit", "kilometre")
    NIGHT = "night", pgettext_lazy("unit", "night")
    MEAL = "meal", pgettext_lazy("unit", "meal")
    DAY = "day", pgettext_lazy("unit", "day")
    PERSON = "person", pgettext_lazy("unit", "person")
    CUBIC_METRE = "m3", pgettext_lazy("unit", "cubic metre")
    LUMP = "lump", pgettext_lazy("unit", "lump sum")


class RuleSubject(models.TextChoices):
    """What a rule of eligibility looks at; its operands are ``number`` and ``codes``."""

    ORGANISATION_KIND = "organisation_kind", _("Kind of organisation")
    TERRITORY = "territory", _("Seat in the territory")
    SIRET = "siret", _("Known by its SIRET")
    LICENCE = "licence", _("Show licence in force on the last performance")
    ZONE = "zone", _("Zones of the performances")
    LEAST_PERFORMANCES = "least_performances", _("At least so many performances")
    MOST_PERFORMANCES = "most_performances", _("At most so many performances")
    LEAST_VENUES = "least_venues", _("At least so many venues")
    CONTRACT = "contract", _("Kinds of contract")
    DAYS_BEFORE = "days_before", _("Sent so many days before the first performance")
    NOT_CONTRACTED = "not_contracted", _("No date contracted before it is sent")
    SHOW_CREATED = "show_created", _("Show created already")
    SHOW_AGE = "show_age", _("Show created within so many months")
    SPAN = "span", _("All dates within so many months")
    BALANCED = "balanced", _("Budget balanced")
    ONCE_A_YEAR = "once_a_year", _("One application a year and zone")


class Severity(models.TextChoices):
    BLOCKING = "blocking", _("Blocks the application")
    WARNING = "warning", _("Warns only")


class Needed(models.TextChoices):
    ALWAYS = "always", _("Always")
    ABROAD = "abroad", _("When one plays abroad")
    ASSOCIATION = "association", _("When the organisation is an association")
    OPTIONAL = "optional", _("If one has it")
    SETTLEMENT = "settlement", _("For the balance, after the tour")


class Majority(models.TextChoices):
    SIMPLE = "simple", _("More votes for than against")
    ABSOLUTE = "absolute", _("More than half of those present or represented")
    TWO_THIRDS = "two_thirds", _("Two thirds of those present or represented")


class Discipline(models.TextChoices):
    THEATRE = "theatre", pgettext_lazy("discipline", "Theatre")
    DANCE = "dance", pgettext_lazy("discipline", "Dance")
    MUSIC = "music", pgettext_lazy("discipline", "Music")
    CIRCUS = "circus", pgettext_lazy("discipline", "Circus")
    STREET = "street", pgettext_lazy("discipline", "Street arts")
    PUPPETRY = "puppetry", pgettext_lazy("discipline", "Puppetry")
    STORYTELLING = "storytelling", pgettext_lazy("discipline", "Storytelling")
    MIXED = "mixed", pgettext_lazy("discipline", "Several disciplines")


class ContractType(models.TextChoices):
    """Between whoever plays and whoever hosts."""

    CESSION = "cession", _("Sale of the show")
    CO_REALISATION = "co_realisation", _("Sharing of the takings")
    SELF_PRESENTED = "self_presented", _("Self-presentation")
    COPRODUCTION = "coproduction", _("Co-production")
    OTHER = "other", pgettext_lazy("contract", "Other contract")


class ContractStatus(models.TextChoices):
    OPTION = "option", _("Under option")
    CONFIRMED = "confirmed", _("Confirmed in writing")
    SIGNED = "signed", _("Contract signed")


class Audience(models.TextChoices):
    PUBLIC = "public", pgettext_lazy("audience", "Open to the public")
    SCHOOL = "school", pgettext_lazy("audience", "Schools")
    PROFESSIONAL = "professional", pgettext_lazy("audience", "Professionals")


class PerformanceStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("performance", "Planned")
    PLAYED = "played", pgettext_lazy("performance", "Played")
    CANCELLED = "cancelled", pgettext_lazy("performance", "Cancelled")
    POSTPONED = "postponed", pgettext_lazy("performance", "Postponed")


class TransportMode(models.TextChoices):
    TRAIN = "train", _("Train")
    CAR = "car", pgettext_lazy("transport", "Car")
    VAN = "van", _("Van of nine seats")
    UTILITY = "utility", _("Utility vehicle")
    TRUCK = "truck", _("Truck")
    COACH = "coach", _("Coach")
    PLANE = "plane", _("Plane")
    FERRY = "ferry", _("Ferry")
    OTHER = "other", pgettext_lazy("transport", "Other transport")


class EmissionUnit(models.TextChoices):
    PERSON_KM = "person_km", _("for each person and kilometre")
    VEHICLE_KM = "vehicle_km", _("for each vehicle and kilometre")


class PartyFunction(models.TextChoices):
    ARTIST = "artist", _("Artists")
    TECHNICIAN = "technician", _("Technicians")
    DIRECTION = "direction", pgettext_lazy("touring party", "Artistic direction")
    PRODUCTION = "production", pgettext_lazy("touring party", "Production and touring")
    OTHER = "other", pgettext_lazy("touring party", "Others on the road")


class IncomeKind(models.TextChoices):
    FEE = "fee", _("Fee of the host")
    BOX_OFFICE = "box_office", _("Takings")
    HOST = "host", _("Costs that the host bears")
    PUBLIC_AID = "public_aid", _("Other public aid")
    PRIVATE = "private", _("Private aid and patronage")
    OWN = "own", _("Own funds")


class IncomeStatus(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("income", "Asked for")
    OBTAINED = "obtained", pgettext_lazy("income", "Obtained")


class EditorRole(models.TextChoices):
    OWNER = "owner", _("In charge of the application")
    COLLABORATOR = "collaborator", _("Writes in it")


class RevisionReason(models.TextChoices):
    INITIAL = "initial", _("First submission")
    COMPLETION = "completion", _("Completed at our request")
    CORRECTION = "correction", _("Corrected")


class PaperCheck(models.TextChoices):
    TO_CHECK = "to_check", pgettext_lazy("paper", "To check")
    VALID = "valid", pgettext_lazy("paper", "In order")
    INVALID = "invalid", pgettext_lazy("paper", "To replace")
    EXPIRED = "expired", pgettext_lazy("paper", "Expired")


class Scan(models.TextChoices):
    """What the virus scanner said; ``SKIPPED`` where the house has none."""

    PENDING = "pending", _("Being scanned")
    CLEAN = "clean", _("Scanned, nothing found")
    SKIPPED = "skipped", _("Not scanned")
    INFECTED = "infected", _("Refused by the scanner")


class ProposedOpinion(models.TextChoices):
    """What the rapporteur proposes to the commission (references/grants.md, F)."""

    FAVOURABLE = "favourable", _("Favourable")
    RESERVED = "reserved", _("Favourable with reservations")
    ADJOURN = "adjourn", _("Adjourn")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")


# --- The commission --------------------------------------------------------------------
class Capacity(models.TextChoices):
    """Whose voice counts in a vote (references/grants.md, B 1)."""

    TITULAR = "titular", _("Full member")
    ALTERNATE = "alternate", _("Alternate")
    CONSULTATIVE = "consultative", _("In an advisory capacity")


class Office(models.TextChoices):
    CHAIR = "chair", pgettext_lazy("office", "Chair")
    DEPUTY = "deputy", pgettext_lazy("office", "Deputy chair")


class Nature(models.TextChoices):
    """What ties a member to a file (references/grants.md, C.1, InterestDeclaration)."""

    EMPLOYMENT = "employment", pgettext_lazy("interest", "I work there, or did")
    MANDATE = "mandate", pgettext_lazy("interest", "I sit on its board")
    COLLABORATION = "collaboration", pgettext_lazy("interest", "I work on the show")
    FUNDING = "funding", pgettext_lazy("interest", "My house produces or hosts it")
    FAMILY = "family", pgettext_lazy("interest", "Somebody close to me is in it")
    RIVALRY = "rivalry", pgettext_lazy("interest", "We are in dispute")
    OTHER = "other", pgettext_lazy("interest", "Another tie")


class RecusalOrigin(models.TextChoices):
    SELF = "self", pgettext_lazy("recusal", "Declared")
    DETECTED = "detected", pgettext_lazy("recusal", "Found by the platform")
    CHAIR = "chair", pgettext_lazy("recusal", "Decided by the chair")


class ReviewOpinion(models.TextChoices):
    """What a member thinks; to abstain is an opinion, and no score."""

    FAVOURABLE = "favourable", _("Favourable")
    RESERVED = "reserved", _("Favourable with reservations")
    ADJOURN = "adjourn", _("Adjourn")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")
    ABSTAIN = "abstain", _("I abstain")


# --- The sitting -----------------------------------------------------------------------
class Block(models.TextChoices):
    """Where a file stands on the agenda (references/grants.md, B 26)."""

    CONSENSUAL = "consensual", pgettext_lazy("agenda", "Examined together")
    DEBATED = "debated", pgettext_lazy("agenda", "Debated one by one")
    LATE = "late", pgettext_lazy("agenda", "Added late")


class Attending(models.TextChoices):
    ONSITE = "onsite", pgettext_lazy("attendance", "In the room")
    REMOTE = "remote", pgettext_lazy("attendance", "Online")


class Choice(models.TextChoices):
    FOR = "for", pgettext_lazy("vote", "For")
    AGAINST = "against", pgettext_lazy("vote", "Against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "Abstention")


class Via(models.TextChoices):
    """How a vote came in."""

    IN_PERSON = "in_person", pgettext_lazy("vote", "In person")
    REMOTE = "remote", pgettext_lazy("vote", "Online")
    PROXY = "proxy", pgettext_lazy("vote", "By proxy")


class Outcome(models.TextChoices):
    """The opinion of the commission (references/grants.md, B 6)."""

    FAVOURABLE = "favourable", pgettext_lazy("opinion", "Favourable")
    RESERVED = "reserved", pgettext_lazy("opinion", "Favourable with reservations")
    ADJOURNED = "adjourned", pgettext_lazy("opinion", "Adjourned")
    UNFAVOURABLE = "unfavourable", pgettext_lazy("opinion", "Unfavourable")
    INADMISSIBLE = "inadmissible", pgettext_lazy("opinion", "Inadmissible")


# Those that come with an amount.
AIDED = (Outcome.FAVOURABLE, Outcome.RESERVED)


class Method(models.TextChoices):
    """How an envelope is shared out (references/grants.md, B 10)."""

    WATERLINE = "waterline", pgettext_lazy("scenario", "Waterline")
    PROPORTIONAL = "proportional", pgettext_lazy("scenario", "Proportional")
    BY_GRADE = "by_grade", pgettext_lazy("scenario", "By grade")
    MANUAL = "manual", pgettext_lazy("scenario", "By hand")
