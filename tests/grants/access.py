"""What each page of aid answers to each role: a part of ``tests.access``."""

from tests.answers import (
    EVERYBODY,
    FILED,
    OWNER,
    POSTED,
    RUNNERS,
    SENDER,
    SIGNED_IN,
)

SITE = {
    # --- dialogue: what applicants and the house write about a file
    "grants:application-thread": OWNER,
    "grants:application-completion": OWNER,
    # --- simulator: what an aid would come to, before an account
    "grants:simulator": EVERYBODY,
    # The draft of an application: its authors' alone.
    "grants:application-start": SIGNED_IN,
    "grants:application-detail": OWNER,
    "grants:application-estimate": OWNER,
    "grants:application-part": OWNER,
    "grants:application-discard": OWNER,
    "grants:application-editors": OWNER,
    "grants:application-leave": OWNER,
    "grants:application-renew": POSTED,
    "grants:application-editor": POSTED,
    # --- commission: by the mandate, and by no role.
    "grants:commission": SIGNED_IN,
    **{
        f"grants:commission-{page}": OWNER
        for page in (
            *("sitting", "interests", "recusals", "booklet", "file", "paper"),
            *("minutes", "minutes-validate", "minutes-file"),
        )
    },
    **{f"grants:commission-{page}": POSTED for page in ("question", "act")},
    # The sitting while it is held: its members, and who runs it.
    **{
        f"grants:commission-{page}": RUNNERS
        for page in ("live", "screen", "watch", "ranking")
    },
    # --- papers and submission: a draft is its authors'; what was sent, the house reads.
    **dict.fromkeys(
        ("grants:paper-give", "grants:paper-replace", "grants:paper-remove"), OWNER
    ),
    "grants:paper-file": OWNER,
    "grants:application-submit": OWNER,
    "grants:application-sent": SENDER,
    "grants:application-withdraw": SENDER,
    "grants:application-take-over": SENDER,
    "grants:application-revision": FILED,
    "grants:application-receipt": FILED,
}
