"""The module as a Django application."""

from django.apps import AppConfig


class ScanningConfig(AppConfig):
    name = "meridian.scanning"
    label = "scanning"
