from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds, prose


class MentoringConfig(AppConfig):
    name = "mentoring"
    verbose_name = _("Mentoring")

    def ready(self):
        from agency.pages import registry  # models are loaded now
        from agency.people import merging as people_merging  # see above
        from agency.people.services import roles  # see above
        from mentoring import (  # see above
            documents,
            merging,
            morning,
            own_space,
            sealed_box,
            sealed_rooms,
            year_documents,
        )
        from mentoring.demo import editions  # see above
        from mentoring.privacy import (  # see above
            agreements,
            applications,
            health,
            matching,
            pairs,
        )
        from mentoring.services import (  # see above
            calls,
            certificates,
            review_reminders,
            words,
        )

        kinds.register(
            kinds.Kind(
                code="mentoring",
                label=_("Mentoring"),
                plural=_("Mentoring editions"),
                path="mentorat",
                model="mentoring.MentoringEdition",
                capacity=22,
                sealed=True,
                action_template="mentoring/_doors.html",
                action=own_space.doors,
                sealed_box=sealed_box.of_an_edition,
                call="mentoring/emails/_call.fr.txt",
                applicants=calls.applicants,
                certificates=certificates.records,
            )
        )
        prose.charters_from(Path(__file__).with_name("charters.fr.toml"))
        year_documents.declare()
        applications.declare()
        pairs.declare()
        matching.declare()
        health.declare()
        agreements.declare()
        documents.declare()
        review_reminders.declare()
        sealed_rooms.declare()
        merging.declare()
        morning.declare()
        own_space.declare()
        words.declare()
        registry.add_story(editions.stories)
        roles.hinder(sealed_rooms.hinders_role)
        people_merging.hinder(sealed_rooms.hinders_merge)
