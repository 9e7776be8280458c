"""The deployment: environment -> settings, URLs, headers, checks (docs/settings.md)."""

VERSION = "0.1.0"
