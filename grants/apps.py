from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = _("Grants")

    def ready(self):
        from agency.pages import registry  # models are loaded now
        from grants import (  # see above
            booklet,
            documents,
            home,
            member_space,
            merging,
            minutes_paper,
            morning,
            own_space,
        )
        from grants.demo import (  # see above
            agendas,
            dialogue,
            drafts,
            history,
            instruction,
            schemes,
            submitted,
        )
        from grants.demo import (  # see above
            commission as demo_commission,
        )
        from grants.privacy import applications, commission, sitting  # see above
        from grants.services import dialogue_reminders, review_reminders  # see above

        # The commission, and the place of aid in the house.
        kinds.register(
            kinds.Kind(
                code="commission",
                label=_("Commission"),
                plural=_("Commissions"),
                path="commissions",
                model="grants.Commission",
                capacity=15,
                in_catalogue=False,
                put_off=_(
                    "Files, reviews and the agenda hang on a sitting: change its day on "
                    "the page of the sitting, and the members are told."
                ),
            )
        )
        registry.add_entry(_("Grants"), "grants:scheme-list", order=30)
        home.declare()
        own_space.declare()
        member_space.declare()
        morning.declare()
        dialogue_reminders.declare()
        review_reminders.declare()
        documents.declare()
        booklet.declare()
        minutes_paper.declare()
        # Personal data, and records that turn out to be one.
        applications.declare()
        commission.declare()
        sitting.declare()
        merging.declare()
        told = (schemes, history, agendas, dialogue, drafts, submitted, instruction)
        for story in (*told, demo_commission):
            registry.add_story(story.stories)
