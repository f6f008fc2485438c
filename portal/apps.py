from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "平台"

    def ready(self):
        import portal.celery
        import portal.checks
        import portal.tasks  # noqa: F401

        autodiscover_modules("sweeps")  # the daily jobs of every room, ground floor first
        autodiscover_modules("ledgers")  # what every room keeps row by row
