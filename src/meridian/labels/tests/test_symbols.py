"""Every symbol on every label, in both outputs, is read back by a reader of barcodes and by the reader of UDIs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from meridian.items import udi
from meridian.kernel.values.identity import uuid7
from meridian.labels.queries import LabelFacts, LabelJobFacts
from meridian.labels.raster import Bitmap, bitmap_of, zpl_of
from meridian.labels.rendering import file_of, pictures
from meridian.labels.symbols import Content, Identity, SymbolError, content_of, layout, modules_of, smallest_module
from meridian.labels.tests.reading import labels_of, png_of, symbols_on
from meridian.labels.vocabulary import FileFormat, LabelKind, LabelSize, Resolution, SymbolKind
from meridian.labels.wording import Words

GTIN = "09520000000011"
MADE, LAST = date(2026, 1, 5), date(2029, 1, 4)
NO_WORDS = Words("", "", "", "", "", "", "", "", None, None, "", "")
SYRINGE = replace(
    NO_WORDS, title="一次性使用无菌注射器", code="A213B1", model="ZSQ", specification="5 mL", lot_no="A213B1",
    registration_no="苏械注准20262140001", manufactured_on=MADE, expires_on=LAST, storage_condition="冷藏 2～8 ℃",
)  # fmt: skip
TODAY = date(2026, 11, 27)


def label(content: Content, words: Words = SYRINGE, *, copies: int = 1, reprint_no: int = 0) -> LabelFacts:
    return LabelFacts(uuid7(), words, content, "", copies, reprint_no)


def job(*labels: LabelFacts, kind: LabelKind = LabelKind.PRODUCT, size: LabelSize = LabelSize.LARGE,
        resolution: Resolution = Resolution.DPI_203, symbol: SymbolKind = SymbolKind.DATA_MATRIX,
        file_format: FileFormat = FileFormat.PDF) -> LabelJobFacts:  # fmt: skip
    return LabelJobFacts(kind, size, resolution, symbol, file_format, "", labels, TODAY, is_implantable=False)


def lot(di: str, lot_no: str = "A213B1", serial_no: str = "") -> Content:
    return content_of(Identity(di, lot_no, serial_no, "", MADE, LAST))


def read_back(facts: LabelJobFacts) -> Sequence[tuple[str, bytes]]:
    """What a scanner reads on the labels: the same from the PDF's own pages as from the dots of the ZPL."""
    printed = [bitmap for bitmap, _copies in labels_of(file_of(replace(facts, file_format=FileFormat.ZPL)))]
    drawn = [bitmap_of(png) for png in pictures(facts)]
    assert printed == drawn
    found = [symbols_on(bitmap) for bitmap in drawn]
    assert all(len(each) == 1 for each in found)
    return [each[0] for each in found]


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize(
    ("symbol", "size", "identifier"),
    [
        (SymbolKind.DATA_MATRIX, LabelSize.SMALL, "]d2"),
        (SymbolKind.DATA_MATRIX, LabelSize.MEDIUM, "]d2"),
        (SymbolKind.DATA_MATRIX, LabelSize.LARGE, "]d2"),
        (SymbolKind.CODE_128, LabelSize.LARGE, "]C1"),
    ],
)
def test_a_gs1_label_reads_back_with_fnc1_and_every_element(
    symbol: SymbolKind, size: LabelSize, identifier: str, resolution: Resolution
) -> None:
    content = lot(GTIN, serial_no="S1")
    [(symbology, data)] = read_back(job(label(content), size=size, symbol=symbol, resolution=resolution))
    assert symbology == identifier
    assert data == b"01095200000000111126010517290104" + b"10A213B1\x1d21S1"
    reading = udi.read(symbology + data.decode(), today=TODAY)
    assert dict(reading.elements) == {"01": GTIN, "11": "260105", "17": "290104", "10": "A213B1", "21": "S1"}
    assert (reading.lot, reading.serial, reading.expires_on) == ("A213B1", "S1", LAST)


@pytest.mark.parametrize(
    ("di", "lot_no", "serial_no", "issuer"),
    [
        ("A999BJC5D6E71", "10X3", "", "HIBCC"),
        ("A9999XYZ100T0944", "", "000001", "ICCBBA"),
        ("MA.156.M0.101357.R9", "", "0001", "MA"),
        ("MF1234567", "B26", "0009", "AHM"),
    ],
)
@pytest.mark.parametrize("symbol", SymbolKind)
def test_other_agencies_codes_read_back_as_their_own_text(
    di: str, lot_no: str, serial_no: str, issuer: str, symbol: SymbolKind
) -> None:
    days = (MADE, LAST) if symbol == SymbolKind.DATA_MATRIX else (None, None)  # one line holds less
    content = content_of(Identity(di, lot_no, serial_no, "", *days))
    [(symbology, data)] = read_back(job(label(content), symbol=symbol))
    assert symbology in ("]d1", "]C0")
    reading = udi.read(data.decode(), today=TODAY)
    assert (reading.issuer, reading.di, reading.expires_on) == (issuer, di, days[1])
    assert (reading.lot or "", reading.serial or "") == (lot_no, serial_no)


@pytest.mark.parametrize("symbol", SymbolKind)
@pytest.mark.parametrize("kind", [LabelKind.PLACE, LabelKind.DOCUMENT])
def test_a_place_or_document_label_holds_exactly_the_code(kind: LabelKind, symbol: SymbolKind) -> None:
    words = replace(NO_WORDS, title="合格品区", code="A-01-02", note="绿色 · 合格品区")
    facts = job(label(Content("A-01-02"), words), kind=kind, symbol=symbol, size=LabelSize.MEDIUM)
    assert [data for _symbology, data in read_back(facts)] == [b"A-01-02"]


def test_goods_without_an_identifier_carry_their_serial_or_lot_number() -> None:
    assert content_of(Identity("", "L7", "", "", None, None)) == Content("L7")
    assert content_of(Identity("", "L7", "S7", "", None, None)) == Content("S7")


def test_an_8_digit_gtin_is_written_with_14() -> None:
    assert lot("96385074").text.startswith("(01)00000096385074(11)")


LOT_CHARACTERS = "".join(
    sorted(set("!\"%&'()*+,-./_:;<=>?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
)


@settings(max_examples=60, deadline=None)
@given(
    st.text(LOT_CHARACTERS, min_size=1, max_size=20), st.text(LOT_CHARACTERS, max_size=20), st.sampled_from(SymbolKind)
)
def test_any_lot_number_the_standard_allows_is_what_the_symbol_says(lot_no: str, serial: str, kind: SymbolKind) -> None:
    matrix = modules_of(lot(GTIN, lot_no, serial), kind)
    width = len(matrix[0]) + 20
    rows = [(False,) * 10 + row + (False,) * 10 for row in matrix]
    rows = [(False,) * width] * 10 + rows * (1 if len(rows) > 1 else 30) + [(False,) * width] * 10
    packed = tuple(
        int("".join("1" if dot else "0" for dot in row).ljust(-(-width // 8) * 8, "0"), 2).to_bytes(
            -(-width // 8), "big"
        )
        for row in rows
    )
    [(symbology, data)] = symbols_on(Bitmap(width, len(rows), packed))
    reading = udi.read(symbology + data.decode(), today=TODAY)
    assert (reading.di, reading.lot, reading.serial or "") == (GTIN, lot_no, serial)


def test_a_symbol_of_too_narrow_modules_is_not_drawn() -> None:
    """0.25 mm is two dots of 203 dpi and three of 300 dpi."""
    assert (smallest_module(Resolution.DPI_203), smallest_module(Resolution.DPI_300)) == (2, 3)
    matrix = modules_of(Content("A" * 14), SymbolKind.CODE_128)
    assert len(matrix[0]) + 20 == 209
    assert layout(matrix, SymbolKind.CODE_128, LabelSize.MEDIUM, Resolution.DPI_203, 14) is not None  # 480 dots ≥ 418
    assert layout(matrix, SymbolKind.CODE_128, LabelSize.SMALL, Resolution.DPI_203, 14) is None  # 320 dots < 418


def test_chinese_is_refused_by_a_linear_symbol_and_held_by_a_matrix() -> None:
    with pytest.raises(SymbolError):
        modules_of(Content("甲区"), SymbolKind.CODE_128)
    assert modules_of(Content("甲区"), SymbolKind.DATA_MATRIX)
    with pytest.raises(SymbolError):
        modules_of(Content(""), SymbolKind.DATA_MATRIX)


def test_a_pdf_has_one_page_of_the_labels_size_for_each_label_and_all_its_words() -> None:
    other = replace(SYRINGE, lot_no="B2", code="B2")
    facts = job(
        label(lot(GTIN), copies=3), label(lot(GTIN, "B2"), other, copies=2, reprint_no=2), size=LabelSize.MEDIUM
    )
    pages = PdfReader(BytesIO(file_of(facts))).pages
    assert len(pages) == 5
    assert [round(float(side) / 72 * 25.4, 1) for side in pages[0].mediabox[2:]] == [60.0, 40.0]
    said = pages[0].extract_text().replace("\n", " ")
    for text in ("一次性使用无菌注射器", "ZSQ", "5 mL", "苏械注准20262140001", "A213B1", "2026-01-05", "2029-01-04",
                 "2～8 ℃", "(01)09520000000011", "(10)A213B1"):  # fmt: skip
        assert text in said
    assert "补打" not in said
    assert "补打 2" in pages[4].extract_text()


def test_the_same_facts_make_the_same_file() -> None:
    facts = job(label(lot(GTIN)))
    first = file_of(facts)
    file_of.cache_clear()
    assert file_of(facts) == first


def test_pictures_are_read_whatever_filter_they_were_written_with() -> None:
    [drawn] = pictures(job(label(lot(GTIN)), size=LabelSize.SMALL))
    dots = bitmap_of(drawn)
    for filters in ("0", "1", "2", "3", "4", "01234"):
        assert bitmap_of(png_of(dots, filters)) == dots
    with pytest.raises(ValueError, match="no PNG"):
        bitmap_of(b"GIF89a")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=60, max_size=60), min_size=1, max_size=6), st.integers(1, 2000))
def test_any_dots_survive_the_way_to_the_printer(rows: list[bytes], copies: int) -> None:
    bitmap = Bitmap(480, len(rows), tuple(rows))
    assert labels_of(zpl_of(bitmap, copies).encode()) == [(bitmap, copies)]


def test_long_runs_and_white_rows_are_shortened_and_read_back() -> None:
    bitmap = Bitmap(4000, 4, (bytes(500), b"\xff" * 500, b"\xff" * 500, b"\xaa" * 250 + bytes(250)))
    zpl = zpl_of(bitmap, 1)
    assert len(zpl) < 700
    assert labels_of(zpl.encode()) == [(bitmap, 1)]
