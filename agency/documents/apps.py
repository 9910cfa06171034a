from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "agency.documents"
    verbose_name = _("Documents")

    def ready(self):
        from celery.signals import worker_process_init  # only once apps are loaded

        from agency.documents import checks, tasks  # noqa: F401  # models are loaded now

        worker_process_init.connect(tasks.warm_engine)
