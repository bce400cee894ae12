"""Every page of the style guide renders in both languages, without anything the content policy forbids."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.http import Http404
from django.test import RequestFactory

import meridian
from meridian.site.styleguide import urls as styleguide

SOURCE = Path(meridian.__file__).parent
TEMPLATES = SOURCE / "platform" / "screens" / "templates"
SAMPLES = Path(styleguide.__file__).parent / "samples"
LIST_NODES = 1_500
HANDLER = re.compile(r"^on[a-z]+$")


class Reader(HTMLParser):
    """Counts elements; collects ids, references and forbidden attributes. Contents of `<template>` do not count."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes = 0
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.forbidden: list[str] = []
        self.headings = 0
        self.inert = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.inert += tag == "template"
        if self.inert:
            return
        self.nodes += 1
        self.headings += tag == "h1"
        self.forbidden += [f"{tag} {name}" for name in values if name == "style" or HANDLER.match(name)]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.forbidden.append(f"inline {tag}")
        self.ids += [value for name, value in attrs if name == "id" and value]
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.wanted += (values.get(name) or "").split()

    def handle_endtag(self, tag: str) -> None:
        self.inert -= tag == "template"


def read(name: str, language: str = "zh-hans") -> tuple[str, Reader]:
    request = RequestFactory().get("/styleguide/", {"language": language})
    html = styleguide.sample(request, name).content.decode()
    reader = Reader()
    reader.feed(html)
    return html, reader


@pytest.mark.parametrize("name", sorted(styleguide.PAGES))
def test_page_obeys_the_content_policy_and_its_own_references(name: str) -> None:
    _, page = read(name)
    assert page.forbidden == []
    assert [each for each, count in Counter(page.ids).items() if count > 1] == []
    assert set(page.wanted) <= set(page.ids)
    assert page.headings == 1, "one h1"


def words_of_the_templates() -> set[str]:
    """Marked words that the sample data does not say too."""
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    marked = {word for text in texts for word in re.findall(r'{%\s*translate\s+"(.*?)"', text)}
    samples = "".join(path.read_text() for path in SAMPLES.glob("*.py"))
    return {word for word in marked if word not in samples and re.search(r"[\u4e00-\u9fff]{2}", word)}


@pytest.mark.parametrize("name", sorted(styleguide.PAGES))
def test_english_page_says_nothing_in_chinese_but_its_data(name: str) -> None:
    english, _ = read(name, "en")
    assert '<html lang="en"' in english
    assert sorted(word for word in words_of_the_templates() if word in english) == []


def test_a_list_of_fifty_rows_stays_small() -> None:
    _, page = read("list-50")
    assert page.nodes <= LIST_NODES


def test_an_unknown_page_is_not_found() -> None:
    with pytest.raises(Http404):
        styleguide.sample(RequestFactory().get("/"), "no-such-page")


@pytest.mark.urls("meridian.site.styleguide.urls")
def test_component_page_shows_both_themes() -> None:
    html = styleguide.components(RequestFactory().get("/")).content.decode()
    assert html.count('data-bs-theme="dark"') == 1
    assert html.count('data-bs-theme="light"') == 2


def test_blocked_action_says_how_many_and_leads_to_the_gate() -> None:
    html, _ = read("document")
    assert re.search(r'<a class="btn btn-blocked[^"]*" href="#gate"[^>]*>.*?复核通过 · 差 2 项', html, re.DOTALL)
    assert "do-qa_approve" not in html, "a blocked act offers no signature"


def test_signature_shows_what_is_signed_and_never_prefills_a_secret() -> None:
    html, _ = read("document-ready")
    assert 'name="content_hash" value="9f3c71ae' in html
    for secret in ("password", "code"):
        field = re.search(rf'<input[^>]*name="{secret}"[^>]*>', html)
        assert field is not None
        assert "value=" not in field.group()


def test_without_script_an_act_that_asks_still_has_a_page() -> None:
    html, _ = read("document-ready")
    assert re.search(r'href="/styleguide/action" role="button" data-dialog="do-qa_approve"', html)


def test_conflict_shows_both_values_and_keeps_mine_chosen() -> None:
    html, _ = read("merge")
    assert re.search(r'name="due" value="2026-12-05" checked', html)
    assert re.search(r'name="due" value="2026-12-08">', html)


def test_every_chinese_word_of_a_template_is_marked_for_translation() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    marked = re.compile(
        r'{%\s*translate\s+".*?"[^%]*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}|_\(".*?"\)|{#.*?#}', re.DOTALL
    )
    languages = ("切换到中文", "中文")
    for path in sorted(TEMPLATES.rglob("*.html")):
        rest = marked.sub("", path.read_text())
        for word in languages:
            rest = rest.replace(word, "")
        assert not han.search(rest), path.name
    assert settings.LANGUAGE_CODE == "zh-hans"
