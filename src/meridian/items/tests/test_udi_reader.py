"""What a user scans: published examples, the forms of a scan, and scans that are damaged."""

from datetime import date

import pytest

from meridian.items.udi import (
    MESSAGES,
    MESSAGES_ZH,
    UdiRefused,
    check_digit,
    digital_link,
    gtin14,
    gtin_is_valid,
    human_readable,
    pairing_problems,
    read,
    write,
)

TODAY = date(2026, 11, 24)
GS = "\x1d"


def _refusal(scan: str) -> tuple[str, int]:
    with pytest.raises(UdiRefused) as caught:
        read(scan, today=TODAY)
    return caught.value.code, caught.value.position


@pytest.mark.parametrize(
    ("scan", "di", "made", "expires", "lot", "serial"),
    [
        # FDA, "Unique device identification: AIDC and HRI" and GS1 China's label guide.
        ("(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234", "51022222233336",
         date(2014, 12, 31), date(2015, 7, 7), "A213B1", "1234"),
        ("(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234", "06901234567892",
         date(2014, 12, 31), date(2015, 7, 7), "A213B1", "1234"),
        ("(01)08717648200274(10)LOT9", "08717648200274", None, None, "LOT9", None),
    ],
)  # fmt: skip
def test_published_example(
    scan: str, di: str, made: date | None, expires: date | None, lot: str | None, serial: str | None
) -> None:
    reading = read(scan, today=TODAY)
    assert (reading.issuer, reading.di, reading.lot, reading.serial) == ("GS1", di, lot, serial)
    assert (reading.manufactured_on, reading.expires_on) == (made, expires)
    assert reading.expires_precision == ("day" if expires else None)


@pytest.mark.parametrize("scan", ["(01)00208851107345(17)150331", "(01)00011954013448(11)141231(17)150707"])
def test_published_example_with_a_wrong_check_digit_is_refused(scan: str) -> None:
    assert _refusal(scan) == ("check_digit_wrong", 17)


@pytest.mark.parametrize(
    "scan",
    [
        "(01)06951234500061(17)280515(10)LOT1(21)SN9",
        f"01069512345000611728051510LOT1{GS}21SN9",
        "^01069512345000611728051510LOT1^21SN9",
        "01069512345000611728051510LOT1^21SN9",
        f"{GS}01069512345000611728051510LOT1{GS}21SN9{GS}",
        f"]d201069512345000611728051510LOT1{GS}21SN9\r\n",
        "]d201069512345000611728051510LOT1^21SN9",
        f"]C101069512345000611728051510LOT1{GS}21SN9",
        f"]Q301069512345000611728051510LOT1{GS}21SN9",
        f"]e001069512345000611728051510LOT1{GS}21SN9",
        f"]J101069512345000611728051510LOT1{GS}21SN9",
    ],
)
def test_every_form_says_the_same(scan: str) -> None:
    """GS1-2: the same element strings in each carrier; 06951234500061 has a right check digit (GS1-1)."""
    reading = read(scan, today=TODAY)
    assert reading.canonical == "^01069512345000611728051510LOT1^21SN9"
    assert (reading.di, reading.lot, reading.serial) == ("06951234500061", "LOT1", "SN9")
    assert reading.expires_on == date(2028, 5, 15)
    assert reading.raw == scan


def test_digital_link_says_the_same_whoever_scanned_it() -> None:
    link = "https://id.gs1.org/01/06951234500061/10/LOT%2F1/21/SN9?17=280515&utm=mail"
    for scan in (link, f"]Q1{link}", f"]d1{link}", f"]Q3{link}"):
        reading = read(scan, today=TODAY)
        assert reading.elements == (("01", "06951234500061"), ("10", "LOT/1"), ("21", "SN9"), ("17", "280515"))
        assert reading.canonical == "^010695123450006110LOT/1^21SN9^17280515"


def test_link_names_of_release_1_are_read_with_a_qualifier_only() -> None:
    assert read("https://a.cn/gtin/06951234500061/lot/L1").lot == "L1"
    assert _refusal("https://a.cn/gtin/06951234500061") == ("link_key_missing", 12)


def test_link_qualifier_in_the_query_is_refused() -> None:
    assert _refusal("https://a.cn/01/06951234500061?10=L1") == ("link_qualifier_misplaced", 31)


@pytest.mark.parametrize(
    ("scan", "di"),
    [
        ("]E05901234123457", "05901234123457"),
        ("5901234123457", "05901234123457"),
        ("]E496385074", "00000096385074"),
        ("96385074", "00000096385074"),
        ("]I116901234567899", "16901234567899"),
        ("123601057072", "00123601057072"),
    ],
)
def test_plain_gtin(scan: str, di: str) -> None:
    reading = read(scan)
    assert reading.di == di
    assert reading.canonical == f"^01{di}"


def test_second_barcode_of_a_label_is_not_taken_for_a_gtin() -> None:
    """172805151017 has a right GTIN-12 check digit, 11030201 a right GTIN-8 one; both are a date and more."""
    assert gtin_is_valid("172805151017")
    assert read("172805151017", today=TODAY).elements == (("17", "280515"), ("10", "17"))
    assert gtin_is_valid("11030201")
    assert read("11030201", today=TODAY).manufactured_on == date(2003, 2, 1)


def test_logistic_unit_has_no_device_identifier() -> None:
    reading = read("]C100376130321109103420")
    assert reading.di is None
    assert reading.elements == (("00", "376130321109103420"),)


def test_composite_symbol_joins_both_parts() -> None:
    reading = read(f"]E05901234123457|]e010ABC{GS}17280515")
    assert reading.elements == (("01", "05901234123457"), ("10", "ABC"), ("17", "280515"))
    assert reading.message == "5901234123457|^10ABC^17280515"
    assert read(reading.message).elements == read(reading.canonical).elements == reading.elements


def test_unknown_identifier_is_kept_where_it_can_be_split_off() -> None:
    """(718) is not assigned in this dictionary, but every 71… identifier has three digits and ends at FNC1."""
    assert read("^0106951234500061718AB12^10L1").elements == (("01", "06951234500061"), ("718", "AB12"), ("10", "L1"))
    assert read("(718)AB12(10)L1").canonical == "^718AB12^10L1"
    assert read("https://a.cn/01/06951234500061?718=AB12").elements[1] == ("718", "AB12")


@pytest.mark.parametrize(
    ("scan", "code", "position"),
    [
        ("", "scan_empty", 0),
        ("\r\n", "scan_empty", 0),
        ("^", "scan_empty", 1),
        ("hello", "udi_issuer_unknown", 0),
        ("]Q1hello", "udi_issuer_unknown", 3),
        ("]XX0106951234500061", "symbology_unknown", 0),
        ("（01）06951234500061", "udi_issuer_unknown", 0),
        ("０１06951234500061", "udi_issuer_unknown", 0),
        ("(01)06951234500062", "check_digit_wrong", 17),
        ("6951234500062", "check_digit_wrong", 12),
        ("]E06951234500062", "check_digit_wrong", 15),
        ("(01)0695123450006", "element_truncated", 17),
        ("]d2010695123450006", "element_truncated", 18),
        ("]d2010695123450006117281", "element_truncated", 24),
        ("(01)0695123450006１", "character_not_allowed", 17),
        ("(01)069512345000611", "element_too_long", 18),
        ("(01)06951234500061(10)", "element_empty", 22),
        ("(01)06951234500061(10)A B", "character_not_allowed", 23),
        ("(01)06951234500061(10)批号", "character_not_allowed", 22),
        ("(01)06951234500061(17)280230", "date_impossible", 26),
        ("(01)06951234500061(17)281301", "date_impossible", 24),
        ("(7003)2801012460", "time_impossible", 12),
        ("(10)A(10)B", "ai_repeated", 6),
        ("(01)06951234500061 (10)A", "element_too_long", 18),
        ("x(01)06951234500061", "udi_issuer_unknown", 0),
        ("(01)06951234500061(1O)A", "ai_unknown", 19),
        ("(01)06951234500061(10", "bracket_missing", 21),
        ("https://a.cn/01/06951234500061/21/A%2", "percent_sequence_broken", 35),
        ("https://a.cn:99999/01/06951234500061", "link_malformed", 8),
        ("https://a.cn/01/06951234500061?21=A", "link_attribute_not_allowed", 31),
        ("https://a.cn/01/06951234500061?98=A+B", "character_not_allowed", 35),
        ("9" * 8193, "scan_too_long", 8192),
    ],
)
def test_damaged_scan_is_refused_where_it_is_damaged(scan: str, code: str, position: int) -> None:
    assert _refusal(scan) == (code, position)


def test_missing_separator_is_reported_where_it_had_to_come_at_the_latest() -> None:
    """GS1-2: a lot number of 20 characters runs on into the serial number."""
    scan = "]C10106951234500061" + "10ABCDEFGHIJKLMNOPQRST" + "21SN9"
    assert _refusal(scan) == ("separator_missing", 3 + 16 + 2 + 20)


def test_position_counts_the_characters_as_scanned() -> None:
    assert _refusal(r"(10)A\(B C(21)X")[1] == 8
    assert _refusal("https://a.cn/01/06951234500061/10/A%2FB%20C")[1] == 39


def test_identical_repetition_is_tolerated() -> None:
    assert read("^10A^10A").elements == (("10", "A"), ("10", "A"))


def test_expiry_given_to_the_month_is_its_last_day() -> None:
    """GS1-3: 280200 is 29 February 2028; a device made from 2025 on must print the day."""
    old = read("(01)06951234500061(11)241231(17)280200", today=TODAY)
    assert (old.expires_on, old.expires_precision, old.warnings) == (date(2028, 2, 29), "month", ())
    new = read("(01)06951234500061(11)250101(17)280200", today=TODAY)
    assert (new.expires_on, new.warnings) == (date(2028, 2, 29), ("expiry_day_missing",))


def test_expiry_with_time_of_day() -> None:
    reading = read("(01)06951234500061(7003)2805151430", today=TODAY)
    assert (reading.expires_on, reading.expires_precision) == (date(2028, 5, 15), "minute")


@pytest.mark.parametrize(
    ("two_digits", "today", "year"),
    [
        ("76", date(2026, 1, 1), 2076),
        ("77", date(2026, 1, 1), 1977),
        ("00", date(2026, 1, 1), 2000),
        ("49", date(2098, 1, 1), 2049),
        ("48", date(2098, 1, 1), 2148),
        ("99", date(2000, 1, 1), 1999),
        ("77", None, 2077),
    ],
)
def test_century_window(two_digits: str, today: date | None, year: int) -> None:
    """GS1-3: minus 49 to plus 50 years around the year of today."""
    expires_on = read(f"(17){two_digits}0131", today=today).expires_on
    assert expires_on == date(year, 1, 31)


def test_leap_day_that_the_century_does_not_have_is_refused() -> None:
    with pytest.raises(UdiRefused) as caught:
        read("(17)000229", today=date(2090, 1, 1))
    assert (caught.value.code, caught.value.position) == ("date_impossible", 4)


def test_check_digits() -> None:
    assert check_digit("0695123450006") == "1"
    assert gtin_is_valid("06951234500061")
    assert not gtin_is_valid("06951234500062")
    assert not gtin_is_valid("０6951234500061")
    assert gtin14("6951234500061") == "06951234500061"
    with pytest.raises(ValueError, match="digits only"):
        check_digit("12A")


def test_written_forms() -> None:
    elements = (("01", "06951234500061"), ("10", "A(1)"), ("17", "280515"))
    assert write(elements) == r"(01)06951234500061(10)A\(1)(17)280515"
    assert write(elements, form="fnc1") == "^010695123450006110A(1)^17280515"
    assert write(elements, form="carrier") == f"010695123450006110A(1){GS}17280515"
    assert digital_link(elements) == "https://id.gs1.org/01/06951234500061/10/A%281%29?17=280515"
    assert human_readable(read(write(elements))) == "(01)06951234500061 (10)A(1) (17)280515"


def test_nothing_unreadable_is_written() -> None:
    with pytest.raises(UdiRefused) as caught:
        write((("01", "06951234500061"), ("10", "A^B")))
    assert (caught.value.code, caught.value.position) == ("character_not_allowed", 1)
    with pytest.raises(UdiRefused):
        write(())
    with pytest.raises(UdiRefused):
        digital_link((("10", "A"),))


def test_pairing_is_judged_over_all_barcodes_of_an_item() -> None:
    """Dictionary: (10) needs one of 01, 02, 03, 8006, 8026; (01) excludes 37; (3100) excludes another 310n."""
    assert pairing_problems(["01", "10", "17", "21"]) == ()
    assert [(p.code, p.ai) for p in pairing_problems(["10"])] == [("ai_pair_missing", "10")]
    assert ("ai_pair_forbidden", "01", ("37",)) in pairing_problems(["01", "37"])
    assert ("ai_pair_forbidden", "3100", ("3101",)) in pairing_problems(["01", "3100", "3101"])
    assert pairing_problems(["01", "250", "21"]) == ()
    assert [p.others for p in pairing_problems(["01", "250"])] == [("01+21", "03+21", "8006+21")]


def test_every_refusal_has_a_chinese_sentence() -> None:
    assert MESSAGES.keys() == MESSAGES_ZH.keys()
