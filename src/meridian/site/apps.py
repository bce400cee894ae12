"""The site as a Django application: assembles the modules when all of them are loaded."""

import gc
from importlib import import_module

from django.apps import AppConfig

from meridian.site.languages.compiling import compile_stale

GARBAGE = (50_000, 20, 20)
"""How many new objects start a collection. A posting or a trace of a thousand lots makes that many that live as long as
it does; looked through every 700 objects, they cost a quarter of its time."""


class SiteConfig(AppConfig):
    name = "meridian.site"
    label = "site"

    def ready(self) -> None:
        compile_stale()
        import_module("meridian.site.assembly").assemble_site()  # models exist only from here on
        gc.freeze()  # what was loaded stays as long as the process
        gc.set_threshold(*GARBAGE)
