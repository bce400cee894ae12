"""The entrance application: its templates and static files."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "meridian.site.entrance"
    label = "entrance"
