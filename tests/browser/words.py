"""What a page says, and which of it nobody translated: text that is neither data nor in the reader's language."""

import re
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

from django.apps import apps

from meridian.kernel.sql import fetch
from meridian.organization.tests.factories import CompanyForTests
from meridian.site.languages import catalogues

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"(?<![\w./@-])[A-Za-z]{3,}(?![\w./@-])")
HEX = re.compile(r"[0-9a-f]+")
SAID = ("title", "aria-label", "placeholder", "alt", "aria-description", "data-announce")
KNOWN = frozenset(
    ["meridian", "switch", "to", "english", "ctrl", "enter", "esc", "alt", "shift", "tab", "space", "del", "delete",
     "excel", "code", "dpi", "sha", "verify"]
)  # fmt: skip
"""Our own name, names of keys, and of things that are called so in Chinese too."""
SILENT = {"script", "style", "svg", "code"}
VOID = {"input", "meta", "link", "br", "img", "hr", "col", "source", "use", "path", "wbr", "base"}
TABLES = """
SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying') AND c.table_name NOT LIKE 'kernel_%'
    AND c.table_name NOT LIKE 'django_%' OR c.table_name IN ('kernel_waiver', 'kernel_user', 'kernel_act')
        AND c.data_type IN ('text', 'character varying')
"""


class _Reader(HTMLParser):
    """Collects what a person is told, text and speaking attributes; parts marked as another language are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_silent = tag in SILENT or ("lang" in given and tag != "html")
        if not is_silent and not self.silent:
            self.said += [given[name] or "" for name in SAID if name in given]
        if tag not in VOID:
            self.open.append(is_silent)
            self.silent += is_silent

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open and self.open.pop():
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self.silent:
            self.said.append(text)


def said(html: str) -> list[str]:
    """The texts of a page, tags taken out."""
    reader = _Reader()
    reader.feed(html)
    return list(dict.fromkeys(each for each in reader.said if each))


@dataclass(frozen=True)
class Data:
    """Everything persons typed into the firm: what may stand on a page in any language."""

    company: CompanyForTests

    @cached_property
    def values(self) -> frozenset[str]:
        """Each text stored in a table of the firm or in one that all share."""
        found = {"meridian", *(actor.name for actor in self.company.actors.values())}
        with self.company.scope():
            for table, column in fetch(TABLES):
                found.update(row[0] for row in fetch(f'SELECT DISTINCT "{column}" FROM "{table}"') if row[0])
        return frozenset(found)

    @cached_property
    def text(self) -> str:
        """All of it as one text."""
        return "\n".join(self.values)

    @cached_property
    def sources(self) -> dict[str, str]:
        """Chinese texts of the product and their English."""
        stored = catalogues.stored("en").items()
        return {key[0]: entry.forms[0] for key, entry in stored if HAN.search(key[0])}

    def untranslated(self, text: str) -> bool:
        """Whether an English page says this in Chinese although no person typed it."""
        if text in self.sources and text not in self.values:
            return True
        return any(run not in self.text for run in HAN.findall(text))

    @cached_property
    def codes(self) -> frozenset[str]:
        """What the database calls states and kinds: a page says their words."""
        fields = (each for model in apps.get_models() for each in model._meta.get_fields())
        chosen = (str(key) for each in fields for key, _label in getattr(each, "choices", None) or ())
        return frozenset(code for code in chosen if LATIN.fullmatch(code) or "_" in code)

    def foreign(self, text: str) -> bool:
        """Whether a Chinese page says this in English although no person typed it and it is no name or sign."""
        if text in self.codes:
            return True
        words = [word for word in LATIN.findall(text) if word.lower() not in KNOWN and not HEX.fullmatch(word)]
        return any((word.islower() or word.istitle()) and word not in self.text for word in words)
