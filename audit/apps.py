"""App configuration of the log."""

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app; its table of entries is `audit_entry`."""

    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """Register the system checks, which need the models to be loaded."""
        import_module("audit.checks")
