"""What a content check found wrong with one field."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault in a field value: GS1's own name of it and the characters it lies on."""

    name: str
    """The name the GS1 syntax tests give it, such as `INCORRECT_CHECK_DIGIT`."""
    start: int
    """0-based index of the first wrong character within the value."""
    length: int
    """Number of wrong characters; 0 where something is missing."""


def whole(name: str, value: str) -> Fault:
    """A fault that lies on the whole value."""
    return Fault(name, 0, len(value))
