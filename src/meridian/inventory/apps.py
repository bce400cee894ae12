"""The module as a Django application."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "meridian.inventory"
    label = "inventory"
