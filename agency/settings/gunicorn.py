"""How gunicorn serves, embedded or in production; the rest is on its command line."""

import os

wsgi_app = "agency.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 8
keepalive = 5
control_socket_disable = True
# A heartbeat file on a slow disk would look like a stuck worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108


def on_starting(_server):
    _die_with_the_supervisor()


def post_fork(_server, _worker):
    _die_with_the_supervisor()


def _die_with_the_supervisor():
    if os.environ.get("PLATEAU_SUPERVISED"):
        # Imported late: gunicorn reads this file before the project.
        from agency.core.orphans import die_with_parent

        die_with_parent()
