"""What the pages and papers of a sitting draw."""

from django import template

register = template.Library()
# As the identity has them: a page takes them by class, a paper by value.
INKS = {
    "ink": "#15141f",
    "soft": "#565162",
    "red": "#a8101f",
    "paper": "#ffffff",
    "hair": "#cabfa9",
}


@register.filter
def paint(fill: str) -> str:
    """The colour of a fill, for paper."""
    return INKS[fill]
