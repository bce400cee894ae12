"""The purchasing module as a Django application."""

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "meridian.purchasing"
    label = "purchasing"
    verbose_name = "采购"
