"""The outbox of the staff: the proof of what was sent, and a second chance for the rest."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.access import require
from agency.core.admin import RoomAdmin, day, moment, register, state
from agency.core.admin.filters import PresetFilter
from agency.core.admin.words import describe
from agency.core.templatetags.plateau import file_size
from agency.mail import services
from agency.mail.models import OutgoingEmail, QuietPeriod
from agency.mail.names import NAMES, name_of

describe(
    resend=gettext_lazy("Sent again"),
    flag_address=gettext_lazy("Address marked as refused"),
    unflag_address=gettext_lazy("Address marked as good"),
)


class TemplateFilter(PresetFilter):
    """One choice for each message of the agency, and one for all those of accounts."""

    title = gettext_lazy("message")
    parameter_name = "message"

    def lookups(self, request, model_admin):
        named = [(key, name) for key, name in NAMES.items() if not _is_account(key)]
        return [*named, ("account", _("Account"))]

    def queryset(self, request, queryset):
        if self.value() == "account":
            return queryset.filter(template__startswith="account/")
        if self.value() in NAMES:
            return queryset.filter(template=self.value())
        return queryset


def _is_account(template):
    return template.startswith("account/")


@register(OutgoingEmail)
class OutgoingEmailAdmin(RoomAdmin):
    list_display = (
        moment("created_at", gettext_lazy("written at")),
        "reader",
        "subject",
        state,
        "message",
        "attempts",
    )
    list_display_links = ("subject",)
    list_filter = ("state", TemplateFilter, "created_at")
    list_select_related = ("person",)
    # Counting beside each choice would read the whole outbox several times over.
    show_facets = admin.ShowFacets.NEVER
    folded_search = ("folded", "person__folded")
    search_hint = gettext_lazy("Name, address, subject")
    empty_text = gettext_lazy(
        "All that leaves is written here: it is the proof of sending."
    )
    export_fields = (
        "created_at",
        "to",
        "person",
        "subject",
        "message",
        "state",
        "attempts",
        "sent_at",
        "last_error",
    )
    fields = (
        "to",
        "person",
        "subject",
        "body",
        "files",
        "about_object",
        "message_id",
    )
    readonly_fields = fields
    services = {"resend": services.resend}
    bulk_moves = ("resend",)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text", "html", "secret")

    @admin.display(description=gettext_lazy("recipient"), ordering="to")
    def reader(self, email):
        return email.person or email.to

    @admin.display(description=gettext_lazy("message"), ordering="template")
    def message(self, email):
        return name_of(email.template)

    @admin.display(description=gettext_lazy("text"))
    def body(self, email):
        return linebreaksbr(email.text, autoescape=True)

    @admin.display(description=gettext_lazy("attachments"))
    def files(self, email):
        attachments = email.attachments.select_related("document")
        lines = [(self._file(attachment),) for attachment in attachments]
        if not lines:
            return None
        rows = format_html_join("", "<li>{}</li>", lines)
        return format_html('<ul class="lines small">{}</ul>', rows)

    def _file(self, attachment):
        if attachment.document is None:
            size = file_size(len(attachment.content))
            return f"{attachment.filename} ({size})"
        url = attachment.document.get_absolute_url()
        return format_html('<a href="{}">{}</a>', url, attachment.filename)

    @admin.display(description=gettext_lazy("about"))
    def about_object(self, email):
        return email.about

    def facts(self, request, email):
        person = email.person
        lines = [
            (_("Message"), name_of(email.template)),
            (_("Written"), written(email)),
            (_("Handed over"), sent(email)),
            (_("Returned"), returned(email)),
            (_("Attempts"), email.attempts),
            (_("Next attempt"), next_attempt(email)),
            (_("What went wrong"), email.last_error),
            (_("Address marked as refused"), refused(person) if person else None),
            (_("Sending again"), self._resending(email)),
        ]
        return [(label, value) for label, value in lines if value]

    def _resending(self, email):
        if email.state not in email.moves["resend"].sources:
            return ""
        return services.why_not_resend(email)

    def buttons(self, request, email):
        if services.why_not_resend(email):
            return []
        return super().buttons(request, email)

    # -- the address ----------------------------------------------------------
    def object_tools(self, request, email):
        if not self._may_flag(request, email):
            return []
        url = self.url("address", email.pk)
        return [{"label": self._address_label(email), "url": url}]

    def _may_flag(self, request, email):
        return bool(email.person_id and email.person.email) and request.user.has_perm(
            "mail.flag_outgoingemail", email
        )

    def _address_label(self, email):
        if email.person.email_refused_at:
            return _("This address works again")
        return _("Mark this address as refused")

    def get_urls(self):
        address = path(
            "<path:object_id>/adresse/",
            self.admin_site.admin_view(self.address_view),
            name="mail_outgoingemail_address",
        )
        return [address, *super().get_urls()]

    def address_view(self, request, object_id):
        email = self.visible_object(request, object_id)
        require(request.user, "mail.flag_outgoingemail", email)
        back = self.url("change", email.pk)
        if not self._may_flag(request, email):
            return HttpResponseRedirect(back)
        if request.method == "POST":
            self._turn_flag(request, email.person)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": self._address_label(email),
            "opts": self.opts,
            "room": self,
            "object": email,
            "person": email.person,
            "back": back,
        }
        return TemplateResponse(request, "mail/address.html", context)

    def _turn_flag(self, request, person):
        """Do what the page said it would, unless somebody did it meanwhile."""
        if "flag" in request.POST:
            services.flag_address(person, by=request.user)
            said = _("%(address)s is marked as refused.")
        else:
            services.unflag_address(person, by=request.user)
            said = _("%(address)s is marked as good.")
        said %= {"address": person.email}
        self.message_user(request, said, messages.SUCCESS)


written = moment("created_at", "")
sent = moment("sent_at", "")
next_attempt = moment("next_attempt_at", "")
refused = moment("email_refused_at", "")
returned = moment("returned_at", "")


@register(QuietPeriod)
class QuietPeriodAdmin(RoomAdmin):
    list_display = (
        "label",
        day("starts_on", gettext_lazy("from")),
        day("ends_on", gettext_lazy("until")),
    )
    fields = ("label", ("starts_on", "ends_on"))
    add_label = gettext_lazy("New quiet period")
    empty_text = gettext_lazy(
        "Summer, a festival, holidays: nobody is nudged meanwhile. Convocations and the "
        "reminder of the day before still leave."
    )
    allow_delete = True
