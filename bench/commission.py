"""The commission with years of reviews: ``python -m bench.commission``.

Three reviews an application (30,000 at 10,000). The workspace of a member in the middle
of their reading, a sitting of forty files in review; and two sittings of forty files that
are held, with a file under discussion in one and a vote open in the other.
"""

from bench._pages import run

LISTS = {"sittings", "grid", "recusals"}
# Pages of detail that are within as many floors as a list.
NEAR = {
    *("review page", "review page, others beside it"),
    *("live, secretary", "live, vote open", "live, member", "projection", "ranking"),
}


def filled(size):
    """Every page with who reads it."""
    from bench import _aid_data
    from bench import _commission_data as data
    from grants.models import Application, Sitting

    officer, _author = _aid_data.fill(size)
    sitting = Sitting.objects.order_by("-deadline_at").first()
    people, by = data.seats(sitting), data.secretary()
    files = data.in_review(sitting, people)
    data.scale(files[0].rules)
    others = Application.objects.exclude(sitting=sitting).order_by("-pk")
    keys = list(others.values_list("pk", flat=True)[: 2 * data.FILES])
    live = data.held(sitting, people, keys[: data.FILES], by=by, at="open")
    voting = data.held(sitting, people, keys[data.FILES :], by=by, at="voting")
    data.reviews(people)
    assert Application.objects.count() == size
    return _read(sitting, people, files) | _held(live, voting, people[1], by, officer)


def _read(sitting, people, files):
    reader, home = people[0], f"/commission/{sitting.pk}/"
    return {
        "sittings": (reader, "/commission/"),
        "interests": (people[1], f"{home}interets/"),
        "grid": (reader, home),
        "review page": (reader, f"{home}{files[-1].uuid}/"),
        "review page, others beside it": (reader, f"{home}{files[0].uuid}/"),
        "recusals": (reader, f"{home}deports/"),
    }


def _held(live, voting, member, by, officer):
    home = f"/commission/{live.pk}/"
    ballot = f"/commission/{voting.pk}/"
    desk = f"/gestion/grants/sitting/{live.pk}/"
    return {
        "live, secretary": (by, f"{home}seance/"),
        "live, vote open": (by, f"{ballot}seance/"),
        "live, member": (member, f"{ballot}seance/"),
        "live part, member": (member, f"{ballot}seance/vue/membre/"),
        "projection": (member, f"{home}seance/ecran/"),
        "ranking": (by, f"{home}repartition/mobility/"),
        "agenda, desk": (officer, f"{desk}ordre-du-jour/"),
    }


if __name__ == "__main__":
    run("commission", LISTS, filled, near=NEAR)
