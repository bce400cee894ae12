"""The screens application: templates, static files, template tags."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "meridian.platform.screens"
    label = "screens"
