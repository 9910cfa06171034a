"""Case handling at 1,000 and 10,000 applications: ``python -m bench.applications``."""

from bench._pages import run

LISTS = {"schemes", "admin list", "admin list searched", "admin pipeline"}


def filled(size):
    """The pages of aid, and who reads them."""
    from bench import _aid_data
    from grants.models import Application

    officer, author = _aid_data.fill(size)
    file = Application.objects.filter(state="under_instruction").order_by("pk").first()
    mine = Application.objects.filter(editors__person=author).order_by("pk").first()
    room = "/gestion/grants/application/"
    return {
        "schemes": (None, "/aides/"),
        "scheme": (None, "/aides/mobility/"),
        "own space": (author, "/mon-espace/"),
        "own file": (author, mine.get_absolute_url()),
        "own computation": (author, f"{mine.get_absolute_url()}calcul/"),
        "admin morning": (officer, "/gestion/"),
        "admin list": (officer, room),
        "admin list searched": (officer, f"{room}?q=company+321"),
        "admin pipeline": (officer, f"{room}suivi/?seance=toutes"),
        "admin file": (officer, f"{room}{file.pk}/change/"),
    }


if __name__ == "__main__":
    run("applications", LISTS, filled)
