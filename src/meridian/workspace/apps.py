"""The module as a Django application."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "meridian.workspace"
    label = "workspace"
