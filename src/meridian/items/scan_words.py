"""What is wrong with a barcode, in the reader's language."""

from django.utils.translation import get_language

from meridian.items import udi


def fault_sentence(code: str) -> str:
    """The sentence of a code the UDI reader refuses with; the code itself where it has none."""
    sentences = udi.MESSAGES if (get_language() or "").startswith("en") else udi.MESSAGES_ZH
    return sentences.get(code, code)
