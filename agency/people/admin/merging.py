"""Two records of one person, or of one organisation: compared, merged, taken apart."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core import dates
from agency.core.access import require
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.permissions import visible_rows
from agency.core.admin.words import describe
from agency.core.clock import now
from agency.core.text import telephone
from agency.people import consents
from agency.people.addresses import is_claimed
from agency.people.models import Merge, Person
from agency.people.services import agreements, duplicates, merging
from agency.people.services.accounts import Refused

KEPT, DROPPED = "kept", "dropped"

describe(
    merge=gettext_lazy("Another record merged into this one"),
    set_aside=gettext_lazy("Merged into another record"),
    undo_merge=gettext_lazy("Merge undone"),
    come_back=gettext_lazy("No longer merged into another record"),
    ask_consent=gettext_lazy("Asked to agree to a merge"),
    agree_to_merge=gettext_lazy("Agreed to a merge"),
)


class OtherForm(forms.Form):
    """The record that is the same as this one."""

    def __init__(self, *args, obj, user, site, **kwargs):
        super().__init__(*args, **kwargs)
        model = type(obj)
        rows = visible_rows(model, user).present().exclude(pk=obj.pk)
        self.fields["other"] = field = LookupField(
            label=_("The other record"),
            queryset=rows,
            error_messages={
                "invalid_choice": _(
                    "A record is not merged with itself, nor with one that was merged "
                    "or erased: choose another one."
                )
            },
        )
        field.widget = Lookup(model._meta.get_field("merged_into"), site)
        field.widget.is_required = True
        field.widget.choices = field.choices


def shown(record, name):
    """What stands in a field, in words; empty when nothing does."""
    field = record._meta.get_field(name)
    if field.choices:
        return str(getattr(record, f"get_{name}_display")())
    value = getattr(record, name)
    return telephone(value) if name == "phone" else str(value or "")


class MergingMixin:
    """Pages of a room whose model is one of ``merging.FIELDS``."""

    merge_label = gettext_lazy("Merge with another record")

    @property
    def merge_permission(self):
        return f"people.merge_{self.opts.model_name}"

    def get_urls(self):
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        one = "<path:object_id>/reunir/"
        return [
            path("doublons/", view(self.duplicates_view), name=f"{stem}_duplicates"),
            path(
                f"{one}<int:other_id>/",
                view(self.merge_with_view),
                name=f"{stem}_merge_with",
            ),
            path(one, view(self.merge_view), name=f"{stem}_merge"),
            path(
                "reunions/<uuid:uuid>/defaire/",
                view(self.undo_merge_view),
                name=f"{stem}_undo_merge",
            ),
            *super().get_urls(),
        ]

    # -- where one comes from -------------------------------------------------
    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        gone = getattr(obj, "erased_at", None)
        if gone or not request.user.has_perm(self.merge_permission, obj):
            return tools
        return [*tools, {"label": self.merge_label, "url": self.url("merge", obj.pk)}]

    def list_tools(self, request, changelist):
        tools = super().list_tools(request, changelist)
        if not request.user.has_perm(self.merge_permission):
            return tools
        url = self.url("duplicates")
        return [*tools, {"label": _("Possible duplicates"), "url": url}]

    def merge_facts(self, request, obj):
        """The merges of the last thirty days, each with the way back."""
        if not request.user.has_perm(self.merge_permission, obj):
            return
        recent = Merge.objects.about(obj).filter(kept_id=obj.pk, undone_at=None)
        for merge in recent.filter(at__gt=now() - merging.UNDONE_FOR):
            yield (
                _("Another record merged into this one"),
                self.way_back(merge, dates.day_year(merge.at)),
            )

    def way_back(self, merge, sentence):
        return format_html(
            '{}, <a href="{}">{}</a>',
            sentence,
            self.url("undo_merge", merge.uuid),
            _("undo until %(day)s")
            % {"day": dates.day_year(merging.undone_until(merge))},
        )

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """A record that was merged leads to the one that stayed."""
        stands = self._merged_meanwhile(request, object_id)
        return stands or super()._get_obj_does_not_exist_redirect(
            request, opts, object_id
        )

    def _merged_meanwhile(self, request, *numbers):
        """To the one that stayed, when one of these was merged; else None."""
        wanted = [int(one) for one in numbers if str(one).isdecimal()]
        rows = self.model._base_manager.filter(pk__in=wanted).exclude(merged_into=None)
        row = rows.select_related("merged_into").order_by("pk").first()
        if row is None or not self.has_view_permission(request):
            return None
        said = _("This record was merged into another: here is the one that stayed.")
        self.message_user(request, said, messages.WARNING)
        return HttpResponseRedirect(self.url("change", merging.standing(row).pk))

    # -- choose ---------------------------------------------------------------
    def merge_view(self, request, object_id):
        obj = self.visible_object(request, object_id)
        require(request.user, self.merge_permission, obj)
        typed = request.POST if request.method == "POST" else None
        form = OtherForm(typed, obj=obj, user=request.user, site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            kept, dropped = self._in_order(obj, form.cleaned_data["other"])
            return HttpResponseRedirect(self.url("merge_with", kept.pk, dropped.pk))
        return self._page(
            request,
            "admin/people/merge/choose.html",
            self.merge_label,
            obj,
            form=form,
            errors=form.errors,
        )

    def _in_order(self, one, other):
        """An account is never handed over: who has one stays."""
        owners = merging.with_account(one, other)
        return (other, one) if owners == {other.pk} else (one, other)

    # -- compare, then merge ----------------------------------------------------
    def merge_with_view(self, request, object_id, other_id):
        numbers = [object_id, str(other_id)]
        known = self._both(request, numbers)
        if known is None:
            return self._merged_meanwhile(request, *numbers) or self._nowhere()
        kept, dropped = known
        require(request.user, self.merge_permission, kept)
        if request.method == "POST" and "ask" in request.POST:
            return self._ask(request, kept, dropped)
        plan = merging.plan(kept, dropped, by=request.user)
        refused = ""
        if request.method == "POST":
            try:
                return self._merge(request, plan)
            except Refused as error:
                refused = str(error)
        return self._comparison(request, plan, refused)

    def _both(self, request, numbers):
        """The two records at this address, as this person may see them; else None."""
        if not all(number.isdecimal() for number in numbers):
            return None
        rows = visible_rows(self.model, request.user).filter(pk__in=numbers)
        known = {str(row.pk): row for row in rows.order_by("pk")}
        found = [known.get(number) for number in numbers]
        return found if all(found) else None

    def _nowhere(self):
        raise Http404

    def _merge(self, request, plan):
        names = merging.FIELDS[self.model]
        take = [name for name in names if request.POST.get(name) == DROPPED]
        merge = merging.merge(
            plan.kept,
            plan.dropped,
            take=take,
            by=request.user,
            seen=request.POST.get("seen", ""),
        )
        said = _("The two records are one.")
        self.message_user(request, self.way_back(merge, said), messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", plan.kept.pk))

    def _ask(self, request, kept, dropped):
        try:
            agreements.ask(kept, dropped, by=request.user)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(
                request, _("The request is on its way to the owner."), messages.SUCCESS
            )
        return HttpResponseRedirect(self.url("merge_with", kept.pk, dropped.pk))

    def _comparison(self, request, plan, refused):
        kept, dropped = plan.kept, plan.dropped
        asked = plan.awaits_consent and consents.asked_at(kept, dropped)
        return self._page(
            request,
            "admin/people/merge/compare.html",
            _("Merge two records"),
            kept,
            plan=plan,
            refused=refused,
            rows=list(self._rows(request, plan)),
            follows=[(_what(step.key), step.count) for step in plan.steps],
            other_way=self.url("merge_with", dropped.pk, kept.pk),
            asks=plan.awaits_consent and not plan.refusals,
            asked=asked and dates.day_year(asked),
            days=merging.UNDONE_FOR.days,
        )

    def _rows(self, request, plan):
        """Each field that says something: its two values, and which one is chosen."""
        kept, dropped = plan.kept, plan.dropped
        for name in merging.FIELDS[self.model]:
            mine, theirs = shown(kept, name), shown(dropped, name)
            if not mine and not theirs:
                continue
            chosen = request.POST.get(name) or (KEPT if mine else DROPPED)
            yield {
                "name": name,
                "label": capfirst(str(self.opts.get_field(name).verbose_name)),
                "kept": mine,
                "dropped": theirs,
                "same": mine == theirs,
                "fixed": name == "email" and bool(plan.accounts),
                "chosen": chosen,
            }

    # -- afterwards -------------------------------------------------------------
    def undo_merge_view(self, request, uuid):
        merge = get_object_or_404(
            Merge.objects.select_related("content_type", "by"), uuid=uuid
        )
        if merge.content_type.model_class() is not self.model:
            raise Http404
        kept, dropped = merging.two_of(merge)
        require(request.user, self.merge_permission, kept)
        if request.method == "POST":
            return self._undo(request, merge, kept)
        return self._page(
            request,
            "admin/people/merge/undo.html",
            _("Undo the merge"),
            None if kept.merged_into_id else kept,
            merge=merge,
            dropped=dropped,
            why_not=merging.why_not_undo(merge),
            until=merging.undone_until(merge),
            back=self.url("change", kept.pk),
        )

    def _undo(self, request, merge, kept):
        try:
            dropped = merging.undo(merge, by=request.user)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(self.url("change", kept.pk))
        self.message_user(
            request, _("The merge is undone: this record is back."), messages.SUCCESS
        )
        return HttpResponseRedirect(self.url("change", dropped.pk))

    # -- what looks alike ---------------------------------------------------------
    def duplicates_view(self, request):
        require(request.user, self.merge_permission)
        if request.method == "POST":
            return self._tell_apart(request)
        pairs = duplicates.pairs_of(self.model)
        numbers = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
        rows = visible_rows(self.model, request.user).filter(pk__in=numbers)
        known = {row.pk: row for row in self.lookup_loaded(rows.order_by("pk"))}
        lines = [
            self._line(pair, known[pair.first_id], known[pair.second_id])
            for pair in pairs
            if pair.first_id in known and pair.second_id in known
        ]
        return self._page(
            request,
            "admin/people/merge/duplicates.html",
            _("Possible duplicates"),
            None,
            lines=lines,
            full=len(pairs) == duplicates.SHOWN,
        )

    def _line(self, pair, one, other):
        # An account is never handed over: who opened theirs stays.
        if isinstance(one, Person) and is_claimed(other) and not is_claimed(one):
            one, other = other, one
        return {
            "pair": pair,
            "rows": [(row, self.lookup_text(row)) for row in (one, other)],
            "url": self.url("merge_with", one.pk, other.pk),
        }

    def _tell_apart(self, request):
        rows = visible_rows(self.model, request.user)
        numbers = [request.POST.get(name, "") for name in ("first", "second")]
        if not all(number.isdecimal() for number in numbers) or len(set(numbers)) < 2:
            raise Http404
        one, other = (get_object_or_404(rows, pk=number) for number in numbers)
        duplicates.tell_apart(one, other, by=request.user)
        self.message_user(
            request, _("Noted: these two are not the same."), messages.SUCCESS
        )
        return HttpResponseRedirect(self.url("duplicates"))

    def _page(self, request, template, title, obj, **context):
        context |= {
            **self.admin_site.each_context(request),
            "title": title,
            "object": obj,
            "opts": self.opts,
            "room": self,
        }
        return TemplateResponse(request, template, context)


def _what(key):
    """The rows of a key, in a word."""
    meta = key.model._meta
    if meta.auto_created:  # the rows of a many-to-many: what they lead to
        other = [one for one in meta.fields if one.is_relation and one != key.field]
        meta = other[0].related_model._meta
    return capfirst(str(meta.verbose_name_plural))
