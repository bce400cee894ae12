"""The module as a Django application."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "meridian.items"
    label = "items"
