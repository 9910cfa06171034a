"""Rules that are published are read alone: what every page of a draft has in common."""

from django.db import models

from agency.core.admin import RoomInline
from agency.core.admin.edits import OnceFormSet
from agency.core.models import Stale
from grants.forms.amounts import AmountField
from grants.services import schemes

# Amounts as one types them: a comma, spaces, the sign of the euro.
AS_TYPED = {models.DecimalField: {"form_class": AmountField}}


class FollowingFormSet(OnceFormSet):
    """A new row comes after the others."""

    def get_form_kwargs(self, index):
        kwargs = super().get_form_kwargs(index)
        if index is None or index >= self.initial_form_count():
            following = (self.initial_form_count() if index is None else index) + 1
            kwargs["initial"] = {"order": following}
        return kwargs


class RulesInline(RoomInline):
    """Rows of rules, or below a row of them: written in a draft, read afterwards."""

    formset = FollowingFormSet
    formfield_overrides = RoomInline.formfield_overrides | AS_TYPED
    extra = 0
    allow_delete = True

    def may(self, request, verb, obj=None):
        rules = getattr(obj, "rules", obj)
        frozen = rules is not None and rules.is_frozen
        return (verb == "view" or not frozen) and super().may(request, verb, obj)


class FrozenMixin:
    """A page about rules, or about a row of them (``rules_of``)."""

    exports = False

    def rules_of(self, obj):
        return obj

    def has_module_permission(self, request):
        return False  # one comes here from a scheme

    def has_add_permission(self, request):
        return False  # a new version begins as a copy of the one before

    def has_change_permission(self, request, obj=None):
        draft = obj is None or not self.rules_of(obj).is_frozen
        return draft and super().has_change_permission(request, obj)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Published while somebody wrote in it: they are told, and see what it is now."""
        obj = self.visible_object(request, object_id)
        late = request.method == "POST" and self.rules_of(obj).is_frozen
        if late and request.user.has_perm("grants.change_schemeversion"):
            return self.changed_meanwhile(request, obj)
        return super().change_view(request, object_id, form_url, extra_context)

    def take_turn(self, obj, form):
        """Nobody publishes while the rules are being written."""
        if not schemes.hold_draft(self.rules_of(obj)):
            raise Stale
        super().take_turn(obj, form)
