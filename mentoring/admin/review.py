"""Reviews on the desk: the part for the agency, once it is sent; the rest is elsewhere."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.core.admin import RelatedFilter, RoomAdmin, moment, register
from agency.core.templatetags.plateau import typo
from mentoring.admin.pair import FactsOnly
from mentoring.models import Review
from mentoring.models.review import HIGHEST, SCALES


@register(Review)
class ReviewAdmin(FactsOnly, RoomAdmin):
    """Read by the officer in charge; what the two wrote for each other is never here."""

    rank = 22
    list_display = (
        "who",
        "stage_told",
        "edition",
        *(f"{name}_told" for name in SCALES),
        moment("sent_at", gettext_lazy("Sent")),
    )
    list_filter = ("stage", ("pair__activity", RelatedFilter))
    list_select_related = ("pair__activity", "pair__mentor", "pair__mentee")
    fields = (
        "who",
        "stage_told",
        "edition",
        "sent_at",
        *(f"{name}_told" for name in SCALES),
        "comment_told",
    )
    readonly_fields = (
        *("who", "stage_told", "edition", "comment_told"),
        *(f"{name}_told" for name in SCALES),
    )
    exports = False
    empty_text = gettext_lazy(
        "What the two of a pair write to you in their reviews stands here once they "
        "have sent it."
    )

    def title_of(self, review):
        return f"{self.who(review)}, {self.stage_told(review)}"

    @admin.display(description=pgettext_lazy("message", "From"))
    def who(self, review):
        return review.pair.person_of(review.side).full_name

    @admin.display(description=pgettext_lazy("mentoring", "Review"))
    def stage_told(self, review):
        return review.get_stage_display()

    @admin.display(description=gettext_lazy("Edition"))
    def edition(self, review):
        return review.pair.activity

    @admin.display(description=gettext_lazy("Goals"))
    def headway_told(self, review):
        return _mark(review.headway)

    @admin.display(description=gettext_lazy("Rhythm"))
    def rhythm_told(self, review):
        return _mark(review.rhythm)

    @admin.display(description=gettext_lazy("Presence of the agency"))
    def support_told(self, review):
        return _mark(review.support)

    @admin.display(description=gettext_lazy("comment"))
    def comment_told(self, review):
        return typo(review.comment) or None


def _mark(value):
    return _("%(mark)s out of %(most)s") % {"mark": value, "most": HIGHEST}
