"""The module as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "meridian.items"
    label = "items"

    def ready(self) -> None:
        import_module("meridian.items.checks").register_checks()  # models exist only from here on
