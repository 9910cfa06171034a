from django.urls import path

from grants.views import (
    commission,
    dialogue,
    drafts,
    editors,
    estimate,
    live,
    minutes,
    papers,
    parts,
    ranking,
    schemes,
    simulator,
    submission,
)

app_name = "grants"
member = "commission/<int:pk>/"
own = "aides/demandes/<uuid:uuid>/"
urlpatterns = [
    # --- dialogue
    path(f"{own}messages/", dialogue.application_thread, name="application-thread"),
    path(
        f"{own}complements/",
        dialogue.application_completion,
        name="application-completion",
    ),
    # The workspace of commission members.
    path("commission/", commission.commission, name="commission"),
    path(member, commission.commission_sitting, name="commission-sitting"),
    path(f"{member}cahier/", commission.commission_booklet, name="commission-booklet"),
    path(
        f"{member}interets/",
        commission.commission_interests,
        name="commission-interests",
    ),
    path(
        f"{member}deports/",
        commission.commission_recusals,
        name="commission-recusals",
    ),
    # The sitting while it is held.
    path(f"{member}seance/", live.commission_live, name="commission-live"),
    path(f"{member}seance/ecran/", live.commission_screen, name="commission-screen"),
    path(
        f"{member}seance/vue/<slug:view>/",
        live.commission_watch,
        name="commission-watch",
    ),
    path(
        f"{member}seance/geste/<slug:verb>/",
        live.commission_act,
        name="commission-act",
    ),
    path(
        f"{member}repartition/<slug:slug>/",
        ranking.commission_ranking,
        name="commission-ranking",
    ),
    # Its minutes: members read them once they are validated.
    path(
        f"{member}proces-verbal/",
        minutes.commission_minutes,
        name="commission-minutes",
    ),
    path(
        f"{member}proces-verbal/validation/",
        minutes.commission_minutes_validate,
        name="commission-minutes-validate",
    ),
    path(
        f"{member}proces-verbal.pdf",
        minutes.commission_minutes_file,
        name="commission-minutes-file",
    ),
    path(f"{member}<uuid:uuid>/", commission.commission_file, name="commission-file"),
    path(
        f"{member}<uuid:uuid>/question/",
        commission.commission_question,
        name="commission-question",
    ),
    path(
        f"{member}<uuid:uuid>/pieces/<uuid:paper>/",
        commission.commission_paper,
        name="commission-paper",
    ),
    # What the house pays for.
    path("aides/", schemes.scheme_list, name="scheme-list"),
    path("aides/<slug:slug>/", schemes.scheme_detail, name="scheme-detail"),
    path(
        "aides/<slug:slug>/reglement/<int:number>/",
        schemes.scheme_version,
        name="scheme-version",
    ),
    # What an aid would come to, before an account.
    path("aides/<slug:slug>/simulateur/", simulator.simulator, name="simulator"),
    # An application while it is written.
    path(
        "aides/<slug:slug>/demande/", drafts.application_start, name="application-start"
    ),
    path(own, drafts.application_detail, name="application-detail"),
    path(f"{own}remplir/<slug:way>/", parts.application_part, name="application-part"),
    path(f"{own}calcul/", estimate.application_estimate, name="application-estimate"),
    path(f"{own}regles/", drafts.application_renew, name="application-renew"),
    path(f"{own}suppression/", drafts.application_discard, name="application-discard"),
    path(f"{own}personnes/", editors.application_editors, name="application-editors"),
    path(f"{own}personnes/<int:pk>/", editors.editor_change, name="application-editor"),
    path(f"{own}depart/", editors.application_leave, name="application-leave"),
    # Papers and submission.
    path(f"{own}pieces/<slug:key>/", papers.paper_give, name="paper-give"),
    path(f"{own}fichiers/<uuid:paper>/", papers.paper_file, name="paper-file"),
    path(
        f"{own}fichiers/<uuid:paper>/remplacement/",
        papers.paper_replace,
        name="paper-replace",
    ),
    path(
        f"{own}fichiers/<uuid:paper>/retrait/",
        papers.paper_remove,
        name="paper-remove",
    ),
    path(f"{own}envoi/", submission.application_submit, name="application-submit"),
    path(f"{own}envoyee/", submission.application_sent, name="application-sent"),
    path(
        f"{own}retrait/",
        submission.application_withdraw,
        name="application-withdraw",
    ),
    path(
        f"{own}reprise/",
        submission.application_take_over,
        name="application-take-over",
    ),
    path(
        f"{own}revisions/<int:number>/",
        submission.application_revision,
        name="application-revision",
    ),
    path(
        f"{own}revisions/<int:number>/recapitulatif.pdf",
        submission.application_receipt,
        name="application-receipt",
    ),
]
