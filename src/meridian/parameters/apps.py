"""The module of parameters as a Django application."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "meridian.parameters"
    label = "parameters"
    verbose_name = "参数"
