"""`./meridian rule <word>`: any word a person may know leads to the rule."""

import pytest

from meridian.site.commands.rule import described, main, read_rules


@pytest.mark.parametrize(
    "word", ["supplier_papers_valid", "G02", "过期", "expired", "证照有效", "SUPPLIER_CERT_EXPIRED"]
)
def test_a_rule_is_found_by_name_law_everyday_word_sentence_and_old_code(word: str) -> None:
    assert "supplier_papers_valid" in {rule.code for rule in read_rules() if rule.speaks_of(word)}


def test_a_rule_is_shown_with_its_place_law_transitions_and_tests() -> None:
    (rule,) = [rule for rule in read_rules() if rule.code == "supplier_papers_valid"]
    shown = described(rule)
    for part in ("src/meridian/parties/rules.py:", "供货者证照有效", "The supplier's papers are valid", "G02",
                 "supplier.approve", "parties/tests/test_rules.py:"):  # fmt: skip
        assert part in shown


def test_a_word_no_rule_speaks_of_finds_none() -> None:
    assert [rule for rule in read_rules() if rule.speaks_of("没有这样的规则")] == []


@pytest.mark.parametrize("word", ["过期", "expired"])
def test_the_rule_named_by_a_word_comes_before_those_that_mention_it(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 0
    assert capsys.readouterr().out.startswith("lot_not_expired ")
