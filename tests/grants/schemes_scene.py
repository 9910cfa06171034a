"""What the access table and the walk meet of schemes and commissions."""

from tests.grants.factories import (
    CommissionFactory,
    EmissionFactorFactory,
    RulesFactory,
    SchemeFactory,
    SittingFactory,
)


def set_up(scene):
    """A scheme with rules in force and others being written, and a sitting to apply for."""
    scene.scheme = SchemeFactory(name="Aide de la traversée", slug="aide-traversee")
    scene.rules = RulesFactory(scheme=scene.scheme, full=True)
    scene.next_rules = RulesFactory(scheme=scene.scheme, draft=True, full=True)
    scene.commission = CommissionFactory(officer=scene.person("officer"))
    scene.sitting = SittingFactory(
        session__activity=scene.commission, schemes=[scene.scheme]
    )
    EmissionFactorFactory()


def arguments(scene):
    return {
        "grants:scheme-detail": [scene.scheme.slug],
        "grants:scheme-version": [scene.scheme.slug, scene.rules.number],
        "admin:grants_scheme_new_version": [scene.scheme.pk],
        "admin:grants_schemeversion_preview": [scene.next_rules.pk],
        "admin:grants_commission_form": [scene.commission.pk],
    }
