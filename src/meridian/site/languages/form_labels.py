"""The words a printed form says by itself: quoted text with Chinese in its typst source."""

import re
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext

_LABEL = re.compile(r'"([^"\n]*[\u3400-\u9fff][^"\n]*)"')
_FRAME = Path(__file__).parents[2] / "platform" / "printing" / "forms" / "frame.typ"


def labels_of(content: str) -> list[str]:
    """The labels of a form's source, each once."""
    return list(dict.fromkeys(_LABEL.findall(content)))


def translated_labels(form: Path) -> Mapping[str, str]:
    """The form's labels in the reader's language, to stand beneath them; none where that is the form's own."""
    if get_language() == settings.LANGUAGE_CODE:
        return {}
    labels = labels_of(form.read_text(encoding="utf-8") + _FRAME.read_text(encoding="utf-8"))
    return {label: said for label in labels if (said := gettext(label)) != label}
