"""The module as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "meridian.inventory"
    label = "inventory"

    def ready(self) -> None:
        import_module("meridian.inventory.checks").register_checks()  # models exist only from here on
