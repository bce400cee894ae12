"""The endpoints application."""

from django.apps import AppConfig


class EndpointsConfig(AppConfig):
    name = "meridian.platform.endpoints"
    label = "endpoints"
