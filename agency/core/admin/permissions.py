"""May this person do that here? The rule of the object, and its ``visible_to``."""

import rules

from agency.core.lifecycle import permission


def may(user, verb, model, obj=None):
    """The rule ``<app>.<verb>_<model>``; a proxy without one asks its kernel's."""
    meta = model._meta
    perm = f"{meta.app_label}.{verb}_{meta.model_name}"
    if not rules.perm_exists(perm):
        perm = permission(model, verb)
    return user.has_perm(perm, obj)


def visible(queryset, user):
    """The rows that ``user`` may see: all of them when the model hides none."""
    narrow = getattr(queryset, "visible_to", None)
    return narrow(user) if narrow else queryset


def visible_rows(model, user):
    return visible(model._default_manager.get_queryset(), user)


class RuledMixin:
    """For a ModelAdmin and for its inlines: rows by ``visible_to``, verbs by rule."""

    def get_queryset(self, request):
        return visible(super().get_queryset(request), request.user)

    def get_field_queryset(self, db, db_field, request):
        """The choices of a foreign key, and of a many-to-many."""
        chosen = super().get_field_queryset(db, db_field, request)
        if chosen is None:
            chosen = db_field.remote_field.model._default_manager.using(db)
        return visible(chosen.all(), request.user)

    def has_view_permission(self, request, obj=None):
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def has_add_permission(self, request, obj=None):
        return self.may(request, "add")

    def has_change_permission(self, request, obj=None):
        return self.may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self.allow_delete and self.may(request, "delete", obj)

    def get_view_on_site_url(self, obj=None):
        """Straight to the page: no redirect by content type and key."""
        if obj is None or not self.view_on_site:
            return None
        return obj.get_absolute_url()
