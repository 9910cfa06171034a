from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "agency.documents"
    verbose_name = _("Documents")
    desk_rank = 80

    def ready(self):
        from celery import signals  # only once apps are loaded

        from agency.documents import checks, tasks  # noqa: F401  # models are loaded now

        signals.worker_process_init.connect(tasks.warm_engine)
        signals.worker_process_shutdown.connect(tasks.cool_engine)
