"""App configuration of the vault."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault app."""

    name = "vault"
