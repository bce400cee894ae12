"""Text that a person or a machine sent: what the database can keep, and how to show what it cannot."""


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep this text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def storable(text: str) -> str:
    """The text with U+FFFD in place of every character the database cannot keep."""
    if is_storable(text):
        return text
    return "".join(character if is_storable(character) else "\ufffd" for character in text)
