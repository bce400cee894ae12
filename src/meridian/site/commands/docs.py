"""`docs`: writes what is derived from the source anew: the catalogues of both languages and the generated pages."""

import argparse
from collections.abc import Sequence
from importlib import import_module

import django

from meridian.site.languages import catalogues
from meridian.site.languages.compiling import compile_stale


def main(arguments: Sequence[str]) -> int:
    """Writes `locale/` and `docs/generated/`, names what changed and what still lacks a translation (then 1)."""
    argparse.ArgumentParser(prog="meridian docs").parse_args(arguments)
    changed = catalogues.update_all()
    compile_stale()
    django.setup()
    changed += import_module("meridian.site.documentation").write_all()
    print("\n".join(f"wrote {path}" for path in changed) or "locale and docs/generated are fresh")
    faults = [f"{language}: {fault}" for language in catalogues.LANGUAGES for fault in catalogues.faults(language)]
    print("\n".join(faults))
    return 1 if faults else 0
