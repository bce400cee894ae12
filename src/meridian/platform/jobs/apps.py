"""The jobs application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "meridian.platform.jobs"
    label = "jobs"
