"""The inspection module as a Django application."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "meridian.inspection"
    label = "inspection"
    verbose_name = "质量检验"
