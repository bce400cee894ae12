"""The alerts module as a Django application."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "meridian.alerts"
    label = "alerts"
    verbose_name = "预警"
