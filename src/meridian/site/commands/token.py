"""`token`: issues a scoped API token."""

from collections.abc import Sequence
from importlib import import_module

from meridian.site.commands.environment import open_database


def main(arguments: Sequence[str]) -> int:
    """Opens the database and carries the command out."""
    open_database()
    code: int = import_module("meridian.accounts.commands").token_command(arguments)
    return code
