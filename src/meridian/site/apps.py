"""The site as a Django application: assembles the modules when all of them are loaded."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "meridian.site"
    label = "site"

    def ready(self) -> None:
        import_module("meridian.site.assembly").assemble_site()  # models exist only from here on
