"""App configurations of the deployment itself: the system checks and the static files."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class HouseConfig(AppConfig):
    """Registers the coded checks of config/checks.py."""

    name = "config"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        import config.checks  # noqa: F401 - importing registers them


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Static files without the type declarations that lie beside them."""

    ignore_patterns = [  # noqa: RUF012 - Django declares it on instances
        *DjangoStaticFilesConfig.ignore_patterns,
        "*.d.ts",
    ]
