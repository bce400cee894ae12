"""The printing application."""

from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "meridian.platform.printing"
    label = "printing"
