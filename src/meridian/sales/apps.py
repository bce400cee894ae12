"""The sales module as a Django application."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "meridian.sales"
    label = "sales"
    verbose_name = "销售"
