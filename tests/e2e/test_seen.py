"""What the walk takes for the same page, and for one that it has to look at."""

import pytest

from tests.e2e.seen import Seen

PAGE = '<body class="desk {}"><main><h1>{}</h1><ul>{}</ul></main></body>'
ROW = '<li class="card"><a href="/a/">Un cycle</a></li>'


@pytest.fixture
def seen(tmp_path):
    return Seen(tmp_path / "seen")


def page(title="Activités", rows=ROW * 3, known=""):
    return PAGE.format(known, title, rows)


def test_the_same_page_is_new_once_whoever_looks(seen):
    assert seen.is_new(page("Bonjour Ada"), ["Ada", "Grace"])
    assert not seen.is_new(page("Bonjour Grace"), ["Ada", "Grace"])
    assert seen.is_new(page("Au revoir"), [])


@pytest.mark.parametrize(
    "other",
    [
        page("Personnes"),
        page(rows=ROW * 40),
        page(rows=ROW.replace("/a/", "/b/").replace("Un", "Douze") * 3),
        page(known="model-person app-people"),
    ],
    ids=["words", "more rows", "where a row leads", "a class that no sheet knows"],
)
def test_a_page_made_of_what_was_seen_is_not_looked_at_again(seen, other):
    assert seen.is_made_anew(page())
    assert not seen.is_made_anew(other)


@pytest.mark.parametrize(
    "other",
    [
        page(rows=ROW.replace("<a ", '<img src="x"><a ')),
        page(rows=ROW + "<li><button></button></li>"),
        page().replace("h1", "h3"),
        page(rows=ROW.replace("card", "btn")),
        page(rows=ROW.replace("<a ", '<a role="button" ')),
    ],
    ids=["an image", "another row", "a heading", "a styled class", "a part played"],
)
def test_a_page_with_something_new_is_looked_at(seen, other):
    assert seen.is_made_anew(page())
    assert seen.is_made_anew(other)
