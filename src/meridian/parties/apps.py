"""The module as a Django application."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "meridian.parties"
    label = "parties"
