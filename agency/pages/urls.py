from django.urls import path

from agency.activities import kinds
from agency.pages import mailbox
from agency.pages.views import feeds, house, own, public

app_name = "pages"
urlpatterns = [
    path("", public.home, name="home"),
    path("activites/", public.activity_list, name="activity-list"),
    *(
        path(
            f"{kind.path}/",
            public.kind_list,
            {"code": kind.code},
            name=f"kind-{kind.path}",
        )
        for kind in kinds.in_catalogue()
    ),
    path("agenda/", public.agenda, name="agenda"),
    path("agenda.ics", feeds.agenda_ics, name="agenda-ics"),
    path("agenda.rss", feeds.agenda_rss, name="agenda-rss"),
    path("favicon.ico", house.icon, name="icon"),
    path("lumiere/", public.theme, name="theme"),
    path("mon-espace/", own.space, name="own-space"),
    path("mon-espace/documents/", own.documents, name="own-documents"),
    path("sante/", house.health, name="health"),
    path("composants/", house.components, name="components"),
    path("mentions-legales/", house.statement, {"name": "legal"}, name="legal"),
    path("confidentialite/", house.statement, {"name": "privacy"}, name="privacy"),
    path(
        "accessibilite/",
        house.statement,
        {"name": "accessibility"},
        name="accessibility",
    ),
    path("demo/courrier/", mailbox.demo_mailbox, name="demo-mailbox"),
    path(
        "demo/courrier/<slug:name>/",
        mailbox.demo_mailbox_html,
        name="demo-mailbox-html",
    ),
    path(
        "demo/courrier/<slug:name>/<int:part>/",
        mailbox.demo_mailbox_part,
        name="demo-mailbox-part",
    ),
]
