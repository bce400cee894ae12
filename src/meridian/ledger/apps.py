"""The ledger module as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "meridian.ledger"
    label = "ledger"
    verbose_name = "总账"
