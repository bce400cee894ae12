"""The module as a Django application."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "meridian.organization"
    label = "organization"
