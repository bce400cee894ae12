"""`restore`: restores a backup into a scratch database and proves it complete."""

from collections.abc import Sequence
from importlib import import_module

from meridian.site.commands.environment import open_database


def main(arguments: Sequence[str]) -> int:
    """Opens the database and carries the command out."""
    open_database()
    code: int = import_module("meridian.site.evidence_commands").restore_command(arguments)
    return code
