"""The module as a Django application."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "meridian.approvals"
    label = "approvals"
