"""The site as a Django application: assembles the modules when all of them are loaded."""

from importlib import import_module

from django.apps import AppConfig

from meridian.site.languages.compiling import compile_stale


class SiteConfig(AppConfig):
    name = "meridian.site"
    label = "site"

    def ready(self) -> None:
        compile_stale()
        import_module("meridian.site.assembly").assemble_site()  # models exist only from here on
