"""Lifecycle buttons: each leads to a page that says what will happen, then a service."""

from dataclasses import dataclass
from functools import partial
from inspect import signature

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from agency.core.access import require
from agency.core.lifecycle import (
    MoveBlocked,
    MoveRefused,
    available_moves,
    permission,
    state_label,
)

# What Django says on a list when nothing was ticked or chosen; our catalogue says the cure.
WORDED_OTHERWISE = (
    gettext_noop(
        "Items must be selected in order to perform actions on them. "
        "No items have been changed."
    ),
    gettext_noop("No action selected."),
)


class ReasonForm(forms.Form):
    """Why; ``told`` when the person concerned reads it, and then it is needed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Kept in the history of this page. Write no private matter here."
        ),
    )

    def __init__(self, *args, told=False, **kwargs):
        super().__init__(*args, **kwargs)
        if told:
            self.fields["reason"] = forms.CharField(
                label=gettext_lazy("Reason, which the person reads"),
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=gettext_lazy(
                    "It stands in their message as you write it: say what they can do "
                    "with it."
                ),
                error_messages={
                    "required": gettext_lazy("Write the reason: the person reads it.")
                },
            )


@dataclass
class Fate:
    """What a bulk action will do with one row; ``why`` is empty when it will move."""

    obj: object
    why: str = ""


def refusal(error):
    """The sentence for a move that was refused."""
    if isinstance(error, MoveBlocked) and str(error):
        return str(error)
    return _("This has changed in the meantime: look at its state before going on.")


def read_as_shown(obj, version):
    """Take ``obj`` for what it was when its page was drawn: it moves from there alone."""
    if getattr(obj, "moves_by_version", False) and str(version or "").isdecimal():
        obj.version = int(version)


class MovesMixin:
    """Buttons, confirmation pages and bulk actions, from ``services`` and the lifecycle."""

    def buttons(self, request, obj):
        """What may be done with ``obj`` now: dictionaries of name, label, url."""
        if not hasattr(obj, "moves"):
            return []
        return [
            {"name": name, "label": arrow.label, "url": self.url("move", obj.pk, name)}
            for name, arrow in available_moves(obj, request.user).items()
            if name in self.services and not self.hindrance(obj, name)
        ]

    # The moves whose reason is needed, since the person concerned reads it.
    reasons_required = frozenset()

    def reason_form(self, name, data=None):
        return ReasonForm(data, told=name in self.reasons_required)

    def step_form(self, obj, name, data=None):
        """What is asked before ``obj`` alone follows the move."""
        return self.reason_form(name, data)

    def hindrance(self, obj, name):
        """Why the service of this move would refuse ``obj`` now, in a sentence, or ``""``."""
        return ""

    def get_urls(self):
        meta = self.opts
        step = path(
            "<path:object_id>/etape/<slug:name>/",
            self.admin_site.admin_view(self.move_view),
            name=f"{meta.app_label}_{meta.model_name}_move",
        )
        return [step, *super().get_urls()]

    def visible_object(self, request, object_id):
        """The row at this address, or 404."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return obj

    # -- one ------------------------------------------------------------------
    def move_view(self, request, object_id, name):
        obj = self.visible_object(request, object_id)
        if name not in self.services:
            raise Http404
        require(request.user, permission(obj, name), obj)
        if obj.state not in obj.moves[name].sources:
            return self.changed_meanwhile(request, obj)
        data = request.POST if request.method == "POST" else None
        form = self.step_form(obj, name, data)
        if request.method == "POST" and form.is_valid():
            return self._follow(request, obj, name, form.cleaned_data)
        return self._confirmation(request, obj, name, form)

    def _follow(self, request, obj, name, answers):
        read_as_shown(obj, request.POST.get("seen"))
        try:
            self.services[name](obj, by=request.user, **self._answers(name, answers))
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
        else:
            said = {"object": obj, "state": state_label(obj)}
            self.message_user(
                request, _("%(object)s: %(state)s.") % said, messages.SUCCESS
            )
        return HttpResponseRedirect(self.url("change", obj.pk))

    def _answers(self, name, answers):
        """What was answered on the page, as far as the service of this move takes it."""
        takes = signature(self.services[name]).parameters
        return {key: value for key, value in answers.items() if key in takes}

    def changed_meanwhile(self, request, obj):
        self.message_user(request, refusal(None), messages.WARNING)
        return HttpResponseRedirect(self.url("change", obj.pk))

    def _confirmation(self, request, obj, name, form):
        arrow = obj.moves[name]
        context = {
            **self.admin_site.each_context(request),
            "title": arrow.label,
            "arrow": arrow,
            "object": obj,
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "consequences": self.consequences(request, obj, name),
            "back": self.url("change", obj.pk),
        }
        return TemplateResponse(request, "admin/move_confirmation.html", context)

    def consequences(self, request, obj, name):
        """Sentences for the confirmation page beyond ``Move.warning``."""
        return []

    # -- many -----------------------------------------------------------------
    def get_actions(self, request):
        actions = super().get_actions(request)
        for name in self.bulk_moves:
            if not request.user.has_perm(permission(self.model, name)):
                continue  # whose rule refuses every row
            label = self.model.moves[name].label
            key = f"move_{name}"
            actions[key] = (partial(_bulk, name), key, label)
        return actions

    def bulk_view(self, request, queryset, name):
        """First a page with what will and will not move, then the same through POST."""
        fates = [self._fate(request.user, obj, name) for obj in queryset]
        going = [fate for fate in fates if not fate.why]
        sent = "confirmed" in request.POST and going
        form = self.reason_form(name, request.POST if sent else None)
        if sent and form.is_valid():
            reason = form.cleaned_data.get("reason", "")
            return self._follow_all(request, going, name, reason)
        context = {
            **self.admin_site.each_context(request),
            "title": self.model.moves[name].label,
            "arrow": self.model.moves[name],
            "going": going,
            "staying": [fate for fate in fates if fate.why],
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "action": f"move_{name}",
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/bulk_confirmation.html", context)

    def _fate(self, user, obj, name):
        if not user.has_perm(permission(obj, name), obj):
            return Fate(obj, _("you may not"))
        if obj.state not in obj.moves[name].sources:
            return Fate(obj, state_label(obj))
        return Fate(obj, self.hindrance(obj, name))

    def _follow_all(self, request, going, name, reason):
        reason = self._answers(name, {"reason": reason})
        done, refused = 0, []
        for fate in going:
            read_as_shown(fate.obj, request.POST.get(f"seen-{fate.obj.pk}"))
            try:
                self.services[name](fate.obj, by=request.user, **reason)
            except MoveRefused as error:
                refused.append(f"{fate.obj}: {refusal(error)}")
            else:
                done += 1
        if done:
            said = ngettext("%(count)s row changed.", "%(count)s rows changed.", done)
            self.message_user(request, said % {"count": done}, messages.SUCCESS)
        for sentence in refused:
            self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


def _bulk(name, room, request, queryset):
    return room.bulk_view(request, queryset, name)
