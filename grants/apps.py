from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = _("Grants")

    def ready(self):
        from agency.pages import registry  # models are loaded now
        from grants import documents, merging, morning, own_space  # see above
        from grants.demo import dialogue, schemes  # see above
        from grants.privacy import applications  # see above
        from grants.services import dialogue_reminders  # see above

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
            )
        )
        registry.add_entry(_("Grants"), "grants:scheme-list", order=30)
        registry.add_story(schemes.stories)
        # What is said between the applicants and the house.
        own_space.declare()
        morning.declare()
        dialogue_reminders.declare()
        registry.add_story(dialogue.stories)
        # Papers and submission.
        documents.declare()
        # Personal data, and records that turn out to be one.
        applications.declare()
        merging.declare()
        # The draft of an application.
        from grants.demo import drafts as drafts_of_the_demo  # models are loaded now

        registry.add_story(drafts_of_the_demo.stories)
        from grants import documents  # models are loaded now
        from grants.demo import submitted  # see above

        documents.declare()
        registry.add_story(submitted.stories)
        # Case handling: the files of the demo on their way to a sitting.
        from grants.demo import instruction  # models are loaded now

        registry.add_story(instruction.stories)
