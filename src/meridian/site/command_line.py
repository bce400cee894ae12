"""`python -m meridian.site.command_line <command>`: what `./meridian` runs inside the environment."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

COMMANDS = {
    "run": "meridian.site.commands.run",
    "worker": "meridian.site.commands.worker",
    "migrate": "meridian.site.commands.migrate",
    "demo": "meridian.site.commands.demo",
    "rule": "meridian.site.commands.rule",
    "docs": "meridian.site.commands.docs",
    "verify": "meridian.site.commands.verify",
    "trace": "meridian.site.commands.trace",
    "calc": "meridian.site.commands.calc",
    "token": "meridian.site.commands.token",
    "backup": "meridian.site.commands.backup",
    "restore": "meridian.site.commands.restore",
    "bench": "meridian.site.commands.bench",
}
"""Command → the module whose `main(arguments) -> exit code` carries it out; loaded only when asked for."""


def main(arguments: Sequence[str]) -> int:
    """Runs one command; 2 and a sentence for one that does not exist."""
    if not arguments or arguments[0] not in COMMANDS:
        sys.stderr.write(f"meridian: commands are {' '.join(COMMANDS)}\n")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meridian.site.settings")
    command: Callable[[Sequence[str]], int] = import_module(COMMANDS[arguments[0]]).main
    return command(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
