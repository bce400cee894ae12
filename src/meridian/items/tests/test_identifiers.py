"""Registration numbers as people type them, GTINs as labels print them."""

import csv
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from meridian.items.identifiers import full_di, normalized_registration_no, require_di

VECTORS = Path(__file__).parents[5] / "shared/data/device-master/nmpa_registration_no_vectors.csv"


@pytest.mark.shared_data
def test_the_published_vectors_of_registration_numbers() -> None:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 9
    for row in rows:
        assert normalized_registration_no(row["input"]) == (row["expected"] or None), row["note"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("国械注准 20263140001", "国械注准20263140001"),
        ("苏械备（2014）0023号", "苏械备20140023号"),
        ("Ａ－１／ｂ", "A1B"),
        ("〔2014〕9", "20149"),
        (" \t", None),
        ("（）-/", None),
    ],
)
def test_numbers_are_compared_by_letters_and_digits(typed: str, stored: str | None) -> None:
    assert normalized_registration_no(typed) == stored


def test_normalizing_twice_changes_nothing() -> None:
    once = normalized_registration_no("国食药监械（准）字2014第 3461234 号")
    assert once is not None
    assert normalized_registration_no(once) == once


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("09520000000011", "09520000000011"),
        ("9520000000011", "09520000000011"),
        ("96385074", "00000096385074"),
        ("MA.156.M0.100204.13351764", "MA.156.M0.100204.13351764"),
        ("A123BJC5D6E71", "A123BJC5D6E71"),
        ("A9999XYZ100T0944", "A9999XYZ100T0944"),
        ("MF1234567890123", "MF1234567890123"),
    ],
)
def test_device_identifiers_of_every_agency(text: str, stored: str) -> None:
    require_di(text)
    assert full_di(text) == stored


@pytest.mark.parametrize(
    "text",
    ["09520000000012", "0952000000001", "９５２００００００００１１", "ABC", "", "MA.156.M0.1002.1", "a123BJC5D6E71"],
)
def test_other_identifiers_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        require_di(text)
