"""What the pages of aid write."""

from django import template

from grants.money import written

register = template.Library()
register.filter("euros", written)
