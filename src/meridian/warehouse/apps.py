"""The warehouse module as a Django application."""

from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "meridian.warehouse"
    label = "warehouse"
    verbose_name = "仓储"
