"""The labels module as a Django application."""

from django.apps import AppConfig


class LabelsConfig(AppConfig):
    name = "meridian.labels"
    label = "labels"
    verbose_name = "标签"
