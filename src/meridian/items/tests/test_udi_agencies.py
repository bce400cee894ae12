"""HIBC, ICCBBA, MA and AHM: the vectors of shared/data/udi as stated, what is written reads back, faults are placed."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.items.udi import Reading, UdiRefused, ahm, hibc, human_readable, iccbba, ma, read, write
from meridian.items.udi.calc import answer

SHARED = Path(__file__).parents[4].parent / "shared" / "data" / "udi"
TODAY = date(2021, 1, 1)
WORDS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=18)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def rows(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days_of(stated: str) -> str:
    """The day of a stated expiry, whose hour is kept with the element."""
    return stated.split("T", maxsplit=1)[0]


def said(reading: Reading) -> dict[str, str]:
    expires = reading.expires_on.isoformat() if reading.expires_on else ""
    return {
        "di": reading.di or "",
        "lot": reading.lot or "",
        "serial": reading.serial or "",
        "quantity": str(reading.quantity or ""),
        "expiry": expires[:7] if reading.expires_precision == "month" else expires,
    }


def stated(row: dict[str, str]) -> dict[str, str]:
    return {
        "di": row["lic"] + row["pcn"] + row["uom"],
        "lot": row["lot"],
        "serial": row["serial"],
        "quantity": row["quantity"],
        "expiry": days_of(row["expiry"]),
    }


@pytest.mark.shared_data
def test_the_full_hibc_vectors_come_out_as_stated() -> None:
    for row in rows("hibc_full_vectors.csv"):
        verify = "stand-in" not in row["note"]
        if row["valid"] == "false":
            with pytest.raises(UdiRefused):
                read(row["input"], today=TODAY)
            continue
        reading = read(row["input"], today=TODAY, verify=verify)
        assert said(reading) == stated(row), row["id"]
        assert (reading.manufactured_on.isoformat() if reading.manufactured_on else "") == row["mfg"], row["id"]
        assert reading.issuer == "HIBCC"
        again = read(reading.canonical, today=TODAY)
        assert (said(again), again.manufactured_on) == (said(reading), reading.manufactured_on), row["id"]


@pytest.mark.shared_data
def test_every_quantity_and_date_form_of_hibc_comes_out_as_stated() -> None:
    for row in rows("hibc_secondary_vectors.csv"):
        reading = read(row["input"], today=TODAY, verify=row["check_is_placeholder"] == "false")
        assert said(reading) == stated(row), row["id"]


@pytest.mark.shared_data
def test_the_ma_vectors_come_out_as_stated() -> None:
    for row in rows("ma_idcode_vectors.csv"):
        if row["valid"] == "false":
            with pytest.raises(UdiRefused):
                read(row["input"])
            continue
        reading = read(row["input"], today=TODAY)
        days = [reading.manufactured_on, reading.expires_on, reading.valid_until]
        assert [reading.di, reading.lot or "", reading.serial or "", reading.sterilization_lot or ""] == [
            row["di"], row["lot"], row["serial"], row["sterilization_lot"],
        ]  # fmt: skip
        assert [day.isoformat() if day else "" for day in days] == [row["mfg"], row["expiry"], row["valid_until"]]
        assert str(ma.package_level(row["di"]) or "") == row["package_level"]
        assert dict(reading.elements).get("C", "") == row["pi_check"]
    for row in rows("ma_check_vectors.csv"):
        assert ma.check_character(row["input"]) == row["check"]


@pytest.mark.shared_data
def test_the_published_examples_come_out_as_stated() -> None:
    for row in rows("udi_published_examples.csv"):
        if row["check_digit_ok"] == "false":
            with pytest.raises(UdiRefused, match="check digit"):
                read(row["input"])
            continue
        told = json.loads(answer(json.dumps({"scan": row["input"]}), today=TODAY))
        found = [told[name] or "" for name in ("issuer", "di", "manufactured_on", "expires_on", "lot", "serial")]
        assert found == [row[name] for name in ("issuer", "di", "mfg", "expiry", "lot", "serial")]
        assert told.get("donation_id", "") == row["donation_id"]


def test_hibc_check_characters_are_those_of_the_standards_own_pair() -> None:
    assert hibc.check_character("+A123BJC5D6E71") == "G"
    assert hibc.check_character("+$$52001510X3G") == "D"


@pytest.mark.parametrize(
    ("scan", "code", "position"),
    [
        ("+A123BJC5D6E71F", "check_digit_wrong", 14),
        ("+A123BJC5D6E71G+$$52001510X3FC", "link_character_wrong", 28),
        ("+A99912345/$$52001510X3é", "character_not_allowed", 23),
        ("]C0+A99912345/$$52136610X3A", "date_impossible", 14),
        ("=/A9999XYZ100T0944=>01403", "element_truncated", 25),
        ("=/A9999XYZ100T0944=>014366", "date_impossible", 20),
        ("=/A9999XYZ100T0944?14366", "element_unknown", 18),
        ("MA.156.M0.100204", "element_truncated", 16),
        ("MA.156.M0.100204.13351764.LA1.E229901.C1", "check_digit_wrong", 39),
        ("MA.156.M0.100204.13351764.QA1", "element_unknown", 26),
        ("MF1234567890123BNA*ZZ1", "element_unknown", 19),
    ],
)
def test_a_fault_is_named_and_placed(scan: str, code: str, position: int) -> None:
    with pytest.raises(UdiRefused) as refused:
        read(scan, today=TODAY)
    assert (refused.value.code, refused.value.position) == (code, position)


@given(lot=WORDS, serial=WORDS, made=DAYS, expires=DAYS, count=st.one_of(st.none(), st.integers(1, 99999)))
def test_hibc_reads_what_it_wrote(lot: str, serial: str, made: date, expires: date, count: int | None) -> None:
    text = hibc.write("A123BJC5D6E71", lot=lot, serial=serial, manufactured_on=made, expires_on=expires, quantity=count)
    reading = read(text, today=date(2030, 1, 1))
    assert (reading.lot, reading.serial, reading.manufactured_on, reading.expires_on) == (lot, serial, made, expires)
    assert (reading.quantity, reading.canonical) == (count, text)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"lot": "3C001"}, "+A99912345/$3C001"),
        ({"serial": "0001"}, "+A99912345/$+0001"),
        ({"serial": "0001", "expires_on": date(2005, 9, 28)}, "+A99912345/$$+30509280001"),
        ({"lot": "3C001", "expires_on": date(2005, 9, 30), "month_only": True}, "+A99912345/$$09053C001"),
        ({"quantity": 24}, "+A99912345/$$824"),
    ],
)
def test_hibc_is_written_in_the_shortest_form_of_its_table(given: dict[str, object], text: str) -> None:
    written = hibc.write("A99912345", **given)  # type: ignore[arg-type]
    assert written == text + hibc.check_character(text)


@given(lot=WORDS, serial=WORDS, made=DAYS, expires=DAYS, until=DAYS)
def test_ma_reads_what_it_wrote(lot: str, serial: str, made: date, expires: date, until: date) -> None:
    text = ma.write("MA.156.M0.100204.13351764", lot=lot, serial=serial, sterilization_lot=serial, manufactured_on=made,
                    expires_on=expires, valid_until=until)  # fmt: skip
    reading = read(text, today=date(2030, 1, 1))
    assert (reading.lot, reading.serial, reading.sterilization_lot) == (lot, serial, serial)
    assert (reading.manufactured_on, reading.expires_on, reading.valid_until) == (made, expires, until)
    assert reading.last_day_of_use == min(expires, until)


def test_a_wrong_check_character_of_an_ma_device_identifier_is_warned_of() -> None:
    assert read("MA.156.M0.100761.21234561").warnings == ("di_check_character_wrong",)
    assert read("MA.156.M0.100204.13351764").warnings == ()


@given(lot=WORDS, serial=WORDS, made=DAYS, expires=DAYS)
def test_ahm_reads_what_it_wrote_and_says_that_nobody_verified_it(
    lot: str, serial: str, made: date, expires: date
) -> None:
    text = ahm.write("1234567890123", lot=lot, serial=serial, manufactured_on=made, expires_on=expires, package_level=2)
    reading = read(text, today=date(2030, 1, 1))
    assert (reading.issuer, reading.di, reading.lot, reading.serial) == ("AHM", "MF1234567890123", lot, serial)
    assert (reading.manufactured_on, reading.expires_on) == (made, expires)
    assert reading.warnings == ("structure_unverified",)


@given(day=st.dates(date(2000, 1, 1), date(2999, 12, 31)), serial=st.text("0123456789ABC", min_size=6, max_size=6))
def test_iccbba_reads_what_it_wrote(day: date, serial: str) -> None:
    text = iccbba.write([("=/", "A9999XYZ100T0944"), ("=,", serial), ("=>", iccbba.day_of(day))])
    reading = read(text)
    assert (reading.di, reading.serial, reading.expires_on) == ("A9999XYZ100T0944", serial, day)
    assert (write(reading), human_readable(reading)) == (text, text)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_whatever_follows_an_agencys_beginning_is_read_or_refused(rest: str) -> None:
    for beginning in ("+A", "+$$", "=/", "&,1", "MA.156.", "MF1", "]C0+A"):
        scan = beginning + rest
        told = json.loads(answer(json.dumps({"scan": scan}), today=TODAY))
        assert told["ok"] or 0 <= told["position"] <= len(scan)
