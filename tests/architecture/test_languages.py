"""Chinese and English are both complete: nothing unmarked, missing, doubtful or stale."""

from pathlib import Path

import pytest

from meridian.site.languages import catalogues
from meridian.site.languages.compiling import compile_stale
from meridian.site.languages.extraction import HAN, texts_of_python, texts_of_template, unmarked
from tests.architecture.source import modules, name_of

OWN_WORDS_OF_A_COMPANY = (
    "organization/services.py",
    "ledger/chart.py",
    "ledger/services.py",
    "inventory/services/late.py",
    "warehouse/services/",
    "inspection/services.py",
    "accounts/commands.py",
)
"""What a company starts with and what goes into its books and on its seals: data in the company's language."""
PREFIXES_OF_REGISTRATION_NUMBERS = ("国械注进", "国械注许", "国械备")
BOTH_AT_ONCE = (
    "site/",
    "evidence/",
    "items/udi/messages.py",
    "warehouse/logger_file.py",  # headings as loggers write them
    "exchange/reading/values.py",  # yes, no and days as people write them in files
    "platform/screens/samples/",
    "platform/screens/styleguide",
)


@pytest.mark.parametrize("language", sorted(catalogues.LANGUAGES))
def test_catalogue_is_complete_and_fresh(language: str) -> None:
    assert catalogues.faults(language) == [], "run: ./meridian docs, then translate what it names"
    texts, entries = catalogues.wanted(language), catalogues.stored(language)
    written = catalogues.path_of(language).read_text(encoding="utf-8")
    assert written == catalogues.rendered(language, texts, entries), "run: ./meridian docs"


def test_english_is_english() -> None:
    forms = {form for entry in catalogues.stored("en").values() for form in entry.forms}
    assert {form for form in forms if HAN.search(form)} == set()


def test_every_chinese_text_of_the_product_is_marked() -> None:
    found = [
        f"{name_of(path)}:{line} {text}"
        for path in modules()
        if not name_of(path).startswith((*OWN_WORDS_OF_A_COMPANY, *BOTH_AT_ONCE)) and path.name != "apps.py"
        for line, text in unmarked(path.read_text(encoding="utf-8"))
        if text not in PREFIXES_OF_REGISTRATION_NUMBERS
    ]
    assert found == []


def test_texts_are_read_off_python_source() -> None:
    source = """
@gate(law="G1", blocks="缺货 · out of stock")
def stock_sufficient(facts, moment):
    return [Breach(evidence=message("缺 {n} 个", n=1), remedy=Remedy(label="补货"))]
raise refusal("field_invalid", 422, message("甲" if one else "乙"), field_name="x")
words = ngettext("差 %(n)s 项", "差 %(n)s 项", 2) + _("完")
"""
    found = {(text.msgid, text.plural, text.is_name) for text in texts_of_python(source)}
    plain = {(text, "", False) for text in ("缺 {n} 个", "补货", "甲", "乙", "完")}
    names = {(name, "", True) for name in ("stock_sufficient", "field_invalid")}
    assert found == plain | names | {("差 %(n)s 项", "差 %(n)s 项", False)}


def test_texts_are_read_off_templates_as_django_looks_them_up() -> None:
    source = (
        '{% translate "共" %}{% include "x" with label=_("满 100%") %}'
        "{% blocktranslate count n=rows|length %}{{ n }} 行{% plural %}{{ n }} 行，100%{% endblocktranslate %}"
    )
    assert [text.key for text in texts_of_template(source)] == [
        ("共", ""),
        ("满 100%%", ""),
        ("%(n)s 行", "%(n)s 行，100%%"),
    ]


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source.write_text(head + 'msgid "批号"\nmsgstr "Lot"\n', encoding="utf-8")
    assert compile_stale(tmp_path) == [source]
    assert b"Lot" in source.with_suffix(".mo").read_bytes()
    assert compile_stale(tmp_path) == []
    source.write_text(head + 'msgid "批号"\nmsgstr "Batch"\n', encoding="utf-8")
    assert compile_stale(tmp_path) == [source]
    assert b"Batch" in source.with_suffix(".mo").read_bytes()
