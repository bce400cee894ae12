"""The committed catalogues: brought up to date with the source, and asked what they lack.

`locale/en` holds every text. `locale/zh_Hans` holds what has no Chinese source text: names of gates and checks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import escape, read_po

from meridian.site.languages.compiling import LOCALE
from meridian.site.languages.extraction import Text, extracted

LANGUAGES = {"en": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}
_FIGURE = re.compile(r"{[a-z_0-9]*}|%\([a-z_0-9.|]+\)s|%%")


@dataclass(frozen=True)
class Entry:
    """A translated text: one form, or singular and plural."""

    forms: tuple[str, ...]
    is_fuzzy: bool = False


def path_of(language: str) -> Path:
    """The committed catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def wanted(language: str) -> dict[tuple[str, str], Text]:
    """The texts a language must give."""
    return {key: text for key, text in extracted().items() if language == "en" or text.is_name}


def stored(language: str) -> dict[tuple[str, str], Entry]:
    """The entries of the committed catalogue; nothing before there is one."""
    if not path_of(language).exists():
        return {}
    with path_of(language).open("rb") as lines:
        catalog: Catalog = read_po(lines)
    return dict(_entry(message) for message in catalog if message.id)


def _entry(message: Message) -> tuple[tuple[str, str], Entry]:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    singular, plural = (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])
    return (singular, plural), Entry(forms, message.fuzzy)


def update_all() -> list[Path]:
    """Writes the catalogues anew: known translations kept, new texts empty, gone ones dropped; returns what changed."""
    changed = []
    for language in LANGUAGES:
        text = rendered(language, wanted(language), stored(language))
        target = path_of(language)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            changed.append(target)
    return changed


def rendered(language: str, texts: Mapping[tuple[str, str], Text], entries: Mapping[tuple[str, str], Entry]) -> str:
    """A catalogue as text, grouped by file; without dates and line numbers, so that it changes only with its texts."""
    parts = [
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {language}\\n"\n'
        f'"Plural-Forms: {LANGUAGES[language]}\\n"\n'
    ]
    for text in texts.values():
        entry = entries.get(text.key, Entry(("",)))
        lines = [f"#: {' '.join(text.files)}"]
        lines += ["#, fuzzy"] if entry.is_fuzzy else []
        lines.append(f"msgid {escape(text.msgid)}")
        if text.plural:
            forms = entry.forms if len(entry.forms) > 1 else ("", "")
            lines.append(f"msgid_plural {escape(text.plural)}")
            lines += [f"msgstr[{number}] {escape(form)}" for number, form in enumerate(forms)]
        else:
            lines.append(f"msgstr {escape(entry.forms[0])}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue: missing, fuzzy, stale, or with other figures than the source text."""
    texts, entries = wanted(language), stored(language)
    found = [f"gone from the source: {key[0]}" for key in entries if key not in texts]
    for key, text in texts.items():
        entry = entries.get(key)
        if entry is None or not all(entry.forms):
            found.append(f"not translated: {text.msgid} ({', '.join(text.files)})")
        elif entry.is_fuzzy:
            found.append(f"fuzzy: {text.msgid}")
        elif not text.is_name:
            found += [f"other figures: {text.msgid} → {form}" for form in entry.forms if not _fits(text, form)]
    return found


def _fits(text: Text, form: str) -> bool:
    """Whether a translation has the figures of its source; a singular may leave the count out."""
    figures = set(_FIGURE.findall(text.msgid))
    return set(_FIGURE.findall(form)) == figures or (bool(text.plural) and set(_FIGURE.findall(form)) < figures)
