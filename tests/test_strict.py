"""The test client refuses what the policy of the browser would block."""

import pytest

from tests.strict import read_page


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick='x()'>a</p>",
        "<p style='color:red'>a</p>",
        "<style>p{}</style>",
        "<script>x()</script>",
        "<a href='javascript:x()'>a</a>",
        "<p hx-on:click='x()'>a</p>",
        "<p>{{ forgotten }}</p>",
        "<p title='{% now %}'>a</p>",
    ],
)
def test_offence_is_seen(html):
    assert read_page(html).offences != []


@pytest.mark.parametrize(
    "html",
    [
        "<script src='/static/js/site.js'></script>",
        "<script type='application/json'>{}</script>",
        "<p>&lt;p onclick=x()&gt; style=</p>",
        "<p data-on='1'>a</p>",
    ],
)
def test_decent_page_passes(html):
    assert read_page(html).offences == []


def test_what_a_test_typed_itself_is_no_offence():
    assert read_page("<p>{{ 7*7 }}</p>", typed=["{{ 7*7 }}"]).offences == []


def test_page_is_read_as_people_read_it():
    page = read_page(
        "<title>Accueil</title><a id=a href=/b/>Une <b>page</b></a><img alt='Un chat'>"
        "<p id=a>fin</p><script src=x>non</script>"
    )

    assert page.title == "Accueil"
    assert page.text == ["Accueil", "Une", "page", "Un chat", "fin"]
    assert page.links == ["/b/"]
    assert page.repeated_ids == {"a"}
