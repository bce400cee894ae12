"""The application of imports."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "meridian.exchange"
    label = "exchange"
