"""App configuration of the log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app; its table of entries is `audit_entry`."""

    name = "audit"
    verbose_name = "Audit"
