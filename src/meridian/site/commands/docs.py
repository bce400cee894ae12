"""`docs`: writes the generated pages anew."""

import argparse
from collections.abc import Sequence
from importlib import import_module

import django


def main(arguments: Sequence[str]) -> int:
    """Writes `docs/generated/` and names what changed."""
    argparse.ArgumentParser(prog="meridian docs").parse_args(arguments)
    django.setup()
    changed = import_module("meridian.site.documentation").write_all()
    print("\n".join(f"wrote {path}" for path in changed) or "docs/generated is fresh")
    return 0
