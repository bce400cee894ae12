"""The module as a Django application."""

from django.apps import AppConfig


class QualificationConfig(AppConfig):
    name = "meridian.qualification"
    label = "qualification"
