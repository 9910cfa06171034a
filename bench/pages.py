"""Pages at 1,000 and 10,000 enrolments beside the floor: ``python -m bench.pages``."""

from bench._pages import run

LISTS = {"catalogue", "agenda", "admin enrolments", "admin sessions"}


def filled(size):
    """The pages of a house in use for years, and who reads them."""
    from bench import _data

    return pages(*_data.fill(size))


def pages(officer, member):
    """Each page with who reads it."""
    return {
        "home": (None, "/"),
        "catalogue": (None, "/activites/"),
        "catalogue filtered": (
            None,
            "/activites/?genre=peer_group&places=1&q=mornings",
        ),
        "activity": (member, "/activites/activity-1/"),
        "agenda": (None, "/agenda/"),
        "own space": (member, "/mon-espace/"),
        "admin morning": (officer, "/gestion/"),
        "admin enrolments": (officer, "/gestion/activities/enrolment/"),
        "admin enrolments searched": (
            officer,
            "/gestion/activities/enrolment/?q=family321",
        ),
        "admin sessions": (officer, "/gestion/activities/session/"),
    }


if __name__ == "__main__":
    run("pages", LISTS, filled)
