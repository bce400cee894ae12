"""The ledger module as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "meridian.ledger"
    label = "ledger"
    verbose_name = "总账"

    def ready(self) -> None:
        import_module("meridian.ledger.checks").register_checks()  # models exist only from here on
