"""What the access table and the walk meet of the simulator."""

from tests.grants.factories import RulesFactory


def set_up(scene):
    """A scheme whose rules are in force, with everything that they may pay."""
    scene.simulated = RulesFactory(full=True).scheme


def arguments(scene):
    return {"grants:simulator": [scene.simulated.slug]}
