"""Names that are the same in every language: of rights, posts, jobs and fields as the interface knows them."""

from django.utils.safestring import SafeString

from meridian.platform.screens.markup import filled


def as_code(name: str) -> SafeString:
    """The name, marked so that a screen reader does not take it for a word of the page's language."""
    return filled("<code>{}</code>", name)
