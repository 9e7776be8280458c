"""App configurations of the deployment itself: the system checks and the static files."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class HouseConfig(AppConfig):
    """Registers the coded checks and the extension of the OpenAPI description."""

    name = "config"

    def ready(self) -> None:
        """Import what registers itself on import, which needs the settings."""
        import config.checks
        import config.openapi
        import config.operator_sessions  # noqa: F401 - importing registers


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Static files without type declarations, and without pages that the API does not have."""

    ignore_patterns = [  # noqa: RUF012 - Django declares it on instances
        *DjangoStaticFilesConfig.ignore_patterns,
        "*.d.ts",
        "rest_framework",
    ]
