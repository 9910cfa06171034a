"""The roles that the access table knows, and what a page usually answers to each."""

ROLES = (
    "anonymous",
    "stranger",
    "enrolled",
    "facilitator",
    "officer",
    "secretary",
    "direction",
    "accountant",
    "superuser",
)
STAFF = ROLES[4:]
EVERYBODY = (200,) * 9
SIGNED_IN = (302, *[200] * 8)
VISITORS = (200, *[302] * 8)
NOBODY = (302, *[404] * 8)
OWNER = (302, 404, 200, *[404] * 6)
# Of an application that was sent: those who handle aid see it, its authors act.
SENDER = (302, 404, 200, 404, 403, 403, 403, 404, 404)
FILED = (302, 404, 200, 404, 200, 200, 200, 404, 404)
POSTED = (302, *[405] * 8)
RUNNERS = (302, 404, 200, 404, 404, 200, 200, 404, 404)
LEADER = (302, 404, 404, 200, *[404] * 5)
