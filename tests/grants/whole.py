"""An application with nothing missing, for a sitting that takes applications."""

from datetime import timedelta
from decimal import Decimal

from agency.core.clock import today
from grants.models import Scheme
from tests.grants.factories import (
    IBAN,
    LICENCE,
    SIRET,
    ApplicationDocumentFactory,
    ApplicationFactory,
    ExpenseLineFactory,
    IncomeLineFactory,
    LegFactory,
    PartyMemberFactory,
    PerformanceFactory,
    RulesFactory,
    SchemeFactory,
    SittingFactory,
)


def mobility():
    return Scheme.objects.filter(code="MOB").first() or SchemeFactory(code="MOB")


def whole(**traits):
    """A draft that may be sent: two dates, a balanced budget, both documents."""
    rules = traits.pop("rules", None) or RulesFactory(
        full=True, scheme=traits.pop("scheme", None) or mobility()
    )
    sitting = traits.pop("sitting", None) or SittingFactory(number=3, year=2026)
    sitting.schemes.add(rules.scheme)
    application = ApplicationFactory(
        rules=rules,
        sitting=sitting,
        siret=SIRET,
        licence=LICENCE,
        iban=IBAN,
        account_holder="Compagnie du Seuil",
        purpose="Jouer deux fois \u00e0 Brest.",
        **{"requested": Decimal("1000")} | traits,
    )
    PerformanceFactory(application=application, count=2)
    LegFactory(application=application)
    PartyMemberFactory(application=application, count=6)
    ExpenseLineFactory(
        application=application, quantity=Decimal("1"), unit_amount=Decimal("4000")
    )
    IncomeLineFactory(application=application, amount=Decimal("3000"))
    ApplicationDocumentFactory(application=application)
    paper(application, "urssaf", dated_on=today() - timedelta(days=5))
    return application


def paper(application, key, *, dated_on=None):
    """A document of 180 days, as ``fill`` asks for one."""
    last = dated_on and dated_on + timedelta(days=180)
    return ApplicationDocumentFactory(
        application=application, requirement=key, dated_on=dated_on, expires_on=last
    )


def owner(application):
    return application.editors.get(role="owner").person
