"""``RoomAdmin``: the workplace of one model on the desk."""

from functools import lru_cache, reduce
from operator import and_, or_

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from agency.core.admin import widgets
from agency.core.admin.edits import EditsMixin
from agency.core.admin.exports import ExportMixin
from agency.core.admin.history import HistoryMixin
from agency.core.admin.lists import RoomChangeList
from agency.core.admin.lookups import Lookup, LookupField, LookupMixin
from agency.core.admin.moves import MovesMixin
from agency.core.admin.permissions import RuledMixin, may
from agency.core.text import fold
from agency.core.versions import SeenForm

# What a choice says when nothing is chosen, as an empty cell does.
NOTHING = "\u2013"


# A list asks for the address of each of its rows, a page for those of all lists.
@lru_cache(maxsize=4096)
def _address(name, args, site, _prefix):
    return reverse(name, args=args, current_app=site)


def register(*rooms_of):
    """Put a model on the desk: ``@register(Venue)`` above its ``RoomAdmin``."""

    def put(room):
        if not issubclass(room, RoomAdmin):
            raise ImproperlyConfigured(f"{room.__name__} is not a RoomAdmin")
        return admin.register(*rooms_of)(room)

    return put


class RoomBase(RuledMixin):
    allow_delete = False
    view_on_site = False
    # The choices beside which one more can be added, in another tab.
    add_beside = ()
    formfield_overrides = {
        models.DateField: {"widget": widgets.DateInput},
        models.TimeField: {"widget": widgets.TimeInput},
        models.DateTimeField: {"form_class": widgets.LocalMomentField},
        # Django would make of it a text, with the number as it is stored.
        PhoneNumberField: {"widget": RegionalPhoneNumberWidget},
    }

    @property
    def media(self):
        return forms.Media()  # admin.js does what Django's own scripts do

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        field.choices = [
            (value, label if value else NOTHING) for value, label in field.choices
        ]
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("empty_label", NOTHING)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Lookup(db_field, self.admin_site))
            kwargs.setdefault("form_class", LookupField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name not in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", forms.CheckboxSelectMultiple())
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """No pencil nor cross beside a choice; a link to add one where the room says so."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        if isinstance(wrapper, RelatedFieldWidgetWrapper):
            wrapper.can_change_related = wrapper.can_delete_related = False
            wrapper.can_view_related = False
            if not (wrapper.can_add_related and db_field.name in self.add_beside):
                field.widget = wrapper.widget
        return field


class RowForm(SeenForm):
    """A row that asks the database nothing for what it is linked to already."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        linked = self.instance._state.fields_cache
        for name, field in self.fields.items():
            lookup = getattr(field.widget, "widget", field.widget)
            if isinstance(lookup, Lookup) and linked.get(name) is not None:
                lookup.known = {str(linked[name].pk): str(linked[name])}


class RoomInline(RoomBase, admin.TabularInline):
    """Rows of another model inside the page of an object, each field with its label."""

    form = RowForm
    # One row waits to be filled, for whom works without scripts; admin.js adds others.
    extra = 1
    description = ""
    template = "admin/edit_inline/rows.html"

    def may(self, request, verb, obj=None):
        # ``obj`` is the parent here; the rule of the row asks about the row.
        return may(request.user, verb, self.model)

    def get_queryset(self, request):
        """With what the name of a row and its choices are made of."""
        linked = [field.name for field in self.opts.fields if field.is_relation]
        return super().get_queryset(request).select_related(*linked)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """The choices are read once, however many rows there are."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        target = db_field.remote_field.model._meta.concrete_model
        listed = db_field.name not in self.get_autocomplete_fields(request)
        if listed and target is not self.parent_model._meta.concrete_model:
            read = request.__dict__.setdefault("_room_choices", {})
            if db_field not in read:
                read[db_field] = list(field.choices)
            field.choices = read[db_field]
        return field


class RoomAdmin(
    EditsMixin,
    MovesMixin,
    HistoryMixin,
    ExportMixin,
    LookupMixin,
    RoomBase,
    admin.ModelAdmin,
):
    """The workplace of one model.

    ``folded_search`` the lookups searched without accents: ``("folded",)``.
    ``services``      move name -> service(obj, *, by, reason): its lifecycle buttons.
    ``bulk_moves``    the names among them that are also actions of the list.
    ``allow_delete``  deletion stays off unless it is True and a rule says yes.
    ``section``       the app under whose name it stands in the navigation; its own
                      otherwise. ``rank`` orders the models of a section.
    ``exports``       whether the list can be taken away as CSV and XLSX.
    """

    is_room = True
    section = None
    rank = 50
    folded_search = ()
    search_hint = ""
    services = {}
    bulk_moves = ()
    exports = True
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 500
    actions_selection_counter = True
    empty_value_display = NOTHING
    add_label = ""
    empty_text = ""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # Django looks for it before it offers a search, here and in a choice elsewhere.
        cls.search_fields = cls.search_fields or cls.folded_search

    # -- who may ------------------------------------------------------------
    def may(self, request, verb, obj=None):
        return may(request.user, verb, self.model, obj)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404  # what one may not see, and what is not there, look the same

    # -- names and places ---------------------------------------------------
    @property
    def plural(self):
        return capfirst(str(self.opts.verbose_name_plural))

    def url(self, page, *args):
        """The address of a page of this room: ``change``, ``history``..."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return _address(name, args, self.admin_site.name, get_script_prefix())

    def row_url(self, obj):
        """Where a row of the list leads."""
        return self.url("change", obj.pk)

    def changelist_url(self):
        return self.url("changelist")

    # -- the list -----------------------------------------------------------
    def get_ordering(self, request):
        # Said aloud: a query that counts rows of others forgets the model's own order.
        return self.ordering or self.opts.ordering

    def get_changelist(self, request, **kwargs):
        return RoomChangeList

    def get_search_results(self, request, queryset, search_term):
        if not self.folded_search:
            return super().get_search_results(request, queryset, search_term)
        words = fold(search_term).split()
        if words:
            queryset = queryset.filter(reduce(and_, map(self._any_field, words)))
        return queryset, False

    def _any_field(self, word):
        # A column that is not folded keeps its capitals.
        lookups = (
            Q(**{f"{name}__{'' if name.endswith('folded') else 'i'}contains": word})
            for name in self.folded_search
        )
        return reduce(or_, lookups)

    def changelist_view(self, request, extra_context=None):
        context = {
            "title": self.plural,
            "room": self,
            "subtitle": None,
            "may_export": self.may_export(request),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def get_action_choices(self, request, default_choices=None):
        return super().get_action_choices(request, [("", _("Choose a step"))])

    def list_tools(self, request, changelist):
        """Links at the top of the list: dictionaries of label and url."""
        return []

    # A template included beside the title of the list; it reads ``cl.head``.
    list_head = ""

    def list_context(self, changelist):
        return {}

    @property
    def empty_title(self):
        return _("Nothing here yet.")

    @admin.display(description="")
    def action_checkbox(self, obj):
        return format_html(
            '<label class="check"><input type="checkbox" name="{}" value="{}" '
            'class="action-select"><span class="away">{}</span></label>',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            _("Select %(row)s") % {"row": obj},
        )

    # -- the page of an object ----------------------------------------------
    def add_title(self):
        return self.add_label or _("Add: %(name)s") % {"name": self.opts.verbose_name}

    def response_add(self, request, obj, post_url_continue=None):
        request._just_saved = obj
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        request._just_saved = obj
        return super().response_change(request, obj)

    def message_user(self, request, message, level=messages.INFO, **kwargs):
        """Two words for what was saved, instead of Django's sentence."""
        saved = request.__dict__.pop("_just_saved", None)
        if saved is not None:
            message = _("Saved: %(object)s.") % {"object": saved}
        super().message_user(request, message, level, **kwargs)

    def title_of(self, obj):
        return str(obj)

    def name_of(self, obj):
        """Its name far from its page: in the journal, among all the others."""
        return self.title_of(obj)

    def object_tools(self, request, obj):
        """Links at the top of the page of ``obj``: dictionaries of label and url."""
        return []

    def facts(self, request, obj):
        """What the page of ``obj`` says under its title: (label, value) pairs."""
        return []

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        context |= {
            "room": self,
            "title": self.title_of(obj) if obj else self.add_title(),
            "subtitle": None,
            "moves": self.buttons(request, obj) if obj else [],
            "tools": self.object_tools(request, obj) if obj else [],
            "facts": self.facts(request, obj) if obj else [],
        }
        return super().render_change_form(request, context, add, change, form_url, obj)
