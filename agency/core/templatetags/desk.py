"""What the templates of the desk ask about lists, filters and forms."""

import re
from datetime import date, datetime, time

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR
from django.core.exceptions import ObjectDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from phonenumber_field.phonenumber import PhoneNumber

from agency.core import dates
from agency.core.admin import cells
from agency.core.templatetags.plateau import in_words
from agency.core.text import telephone

register = template.Library()

# Django writes the count of a facet behind its label: "Draft (3)".
FACET = re.compile(r"^(?P<name>.*?)(?: \((?P<count>\d+|-)\))?$", re.DOTALL)


@register.filter
def facet_name(display):
    return FACET.match(str(display))["name"]


@register.filter
def facet_count(display):
    return FACET.match(str(display))["count"] or ""


@register.filter
def with_id(field, name):
    """A bound field drawn with this id."""
    return field.as_widget(attrs={"id": name})


@register.filter
def as_read(field):
    """What a field that is only read says, in our words where Django has its own."""
    name, obj, room = field.field["field"], field.form.instance, field.model_admin
    try:
        value = lookup_field(name, obj, room)[2]
    except (AttributeError, ValueError, ObjectDoesNotExist):
        return field.contents()
    written = _written(value)
    return field.contents() if written is None else written


def _written(value):
    """A moment, a day, an hour, yes or no, a number to dial, nothing; None otherwise."""
    if value is None or value == "":
        return dates.EN_DASH
    if isinstance(value, bool):
        return capfirst(gettext("yes") if value else gettext("no"))
    if isinstance(value, datetime):
        return f"{dates.day_year(value)}, {dates.hour(value)}"
    if isinstance(value, date):
        return dates.day_year(value)
    if isinstance(value, time):
        return dates.hour(datetime.combine(date.min, value))
    if isinstance(value, PhoneNumber):
        return telephone(value)
    return None


@register.filter
def leads_section(room, sections):
    """Whether the current section of the navigation opens on the list of ``room``."""
    url = room.changelist_url()
    return any(section["current"] and section["url"] == url for section in sections)


@register.inclusion_tag("admin/change_list_results.html")
def list_rows(cl):
    """The table of a list, its rows drawn by us."""
    return {"cl": cl, "headers": list(result_headers(cl)), "rows": cells.rows(cl)}


@register.filter
def list_tools(changelist, request):
    return changelist.model_admin.list_tools(request, changelist)


@register.filter
def has_primary_tool(changelist, request):
    return any(tool.get("primary") for tool in list_tools(changelist, request))


@register.filter
def export_url(changelist, kind):
    """The address of this list, as it is filtered now, in another format."""
    query = changelist.get_query_string(remove=[PAGE_VAR, ALL_VAR])
    return f"{changelist.model_admin.url('export', kind)}{query}"


@register.simple_tag
def error_summary(adminform, formsets):
    """The title and the lines of what is to mend on a page with rows of other models."""
    lines = _lines(adminform.form)
    for wrapper in formsets or []:
        for error in wrapper.formset.non_form_errors():
            lines.append({"id": "", "label": "", "error": error})
        for form in wrapper.formset.forms:
            lines.extend(_lines(form))
    count = sum(1 for line in lines if line["id"])
    title = ngettext("one answer to mend", "%(count)s answers to mend", count)
    return {
        "title": capfirst(title % {"count": in_words(count)})
        if count
        else gettext("One thing to settle"),
        "lines": lines,
    }


def _lines(form):
    found = [
        {"id": "", "label": "", "error": error} for error in form.non_field_errors()
    ]
    for field in form:
        for error in field.errors:
            line = {"id": field.auto_id, "label": capfirst(field.label), "error": error}
            found.append(line)
    return found
