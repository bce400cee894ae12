"""`worker`: runs jobs until told to stop; started and supervised by `run`."""

from collections.abc import Sequence
from importlib import import_module

import django


def main(arguments: Sequence[str]) -> int:
    """Runs the job worker; its database comes from the environment."""
    django.setup()
    code: int = import_module("meridian.site.worker").worker_command(arguments)
    return code
