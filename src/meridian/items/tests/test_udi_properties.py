"""What holds for any scan: written elements read back, and no input makes the reader fail otherwise than refuse."""

import io
import json
import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.items.udi import check_digit, digital_link, read, write
from meridian.items.udi.calc import LINE_LENGTH_MAX, answer, main
from meridian.items.udi.gs1.dictionary import AI_LENGTHS, IDENTIFIERS
from meridian.items.udi.messages import MESSAGES

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
TODAY = date(2026, 11, 24)
# No deadline per example anywhere here: speed is measured elsewhere, and a busy machine must not fail these.
texts = st.text(CSET82, min_size=1, max_size=20)
days = st.dates(date(2000, 1, 1), date(2075, 12, 31)).map(lambda day: day.strftime("%y%m%d"))
gtins = st.from_regex(r"[0-9]{13}", fullmatch=True).filter(str.isascii).map(lambda text: text + check_digit(text))
devices = st.fixed_dictionaries(
    {"01": gtins}, optional={"17": days, "11": days, "10": texts, "21": texts, "240": texts, "30": st.just("12")}
)
scans = st.one_of(
    st.text(max_size=60),
    st.text("()[]^]|\\%/?&=+01\x1d7", max_size=60),
    st.builds("{}{}".format, st.sampled_from(["]d2", "]E0", "]Q1", "]Q3https://a/", "https://a/01/", "(01)", "^"]),
              st.text("0123456789^\x1d()/%?&=A|]e", max_size=40)),
)  # fmt: skip


@given(devices)
@settings(deadline=None)
def test_written_elements_read_back(device: dict[str, str]) -> None:
    elements = tuple(device.items())
    assert read(write(elements, form="bracketed"), today=TODAY).elements == elements
    assert read(write(elements, form="fnc1"), today=TODAY).elements == elements
    for carrier in ("]d2", "]C1", "]Q3"):
        assert read(carrier + write(elements, form="carrier"), today=TODAY).elements == elements
    canonical = read(write(elements), today=TODAY).canonical
    assert read(canonical, today=TODAY).canonical == canonical


@given(gtins, texts, texts, days)
@settings(deadline=None)
def test_digital_link_reads_back(gtin: str, lot: str, serial: str, day: str) -> None:
    elements = (("01", gtin), ("10", lot), ("21", serial), ("17", day))
    assert read(digital_link(elements), today=TODAY).elements == elements


@given(devices, st.data())
@settings(deadline=None)
def test_one_wrong_digit_of_a_gtin_is_always_noticed(device: dict[str, str], data: st.DataObject) -> None:
    scan = write(sorted(device.items()))
    at = data.draw(st.integers(4, 17))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != scan[at]]))
    reply = json.loads(answer(json.dumps({"scan": scan[:at] + wrong + scan[at + 1 :]})))
    assert (reply["code"], reply["position"]) == ("check_digit_wrong", 17)


@given(devices, st.data())
@settings(deadline=None)
def test_cut_off_scan_is_refused_or_read_as_far_as_it_goes(device: dict[str, str], data: st.DataObject) -> None:
    scan = "]d2" + write(tuple(device.items()), form="carrier")
    cut = scan[: data.draw(st.integers(0, len(scan) - 1))]
    reply = json.loads(answer(json.dumps({"scan": cut}), today=TODAY))
    if reply["ok"]:
        assert "".join(ai + value for ai, value in reply["elements"]) == cut[3:].replace("\x1d", "")
    else:
        assert 0 <= reply["position"] <= len(cut)


@given(scans)
@settings(max_examples=1500, deadline=None)
def test_any_scan_is_read_or_refused(scan: str) -> None:
    reply = json.loads(answer(json.dumps({"scan": scan}), today=TODAY))
    if reply["ok"]:
        if reply["issuer"]:
            assert read(reply["canonical"], today=TODAY).elements == tuple(map(tuple, reply["elements"]))
        return
    assert reply["code"] in MESSAGES
    assert 0 <= reply["position"] <= len(scan)


@given(st.one_of(st.text(max_size=80), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
@settings(deadline=None)
def test_any_line_gets_one_line_of_json(line: str) -> None:
    reply = answer(line)
    assert "\n" not in reply
    assert json.loads(reply)["ok"] in (True, False)


def test_answer_has_the_fields_of_the_protocol_in_order() -> None:
    reply = json.loads(answer('{"scan": "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"}', today=TODAY))
    assert reply == {
        "ok": True,
        "issuer": "GS1",
        "di": "06901234567892",
        "lot": "A213B1",
        "serial": "1234",
        "manufactured_on": "2014-12-31",
        "expires_on": "2015-07-07",
        "expires_precision": "day",
        "elements": [["01", "06901234567892"], ["11", "141231"], ["17", "150707"], ["10", "A213B1"], ["21", "1234"]],
        "canonical": "^0106901234567892111412311715070710A213B1^211234",
    }


def test_plain_text_of_a_plain_carrier_is_right_but_no_udi() -> None:
    reply = json.loads(answer('{"scan": "]Q1TESTING"}'))
    assert (reply["ok"], reply["issuer"], reply["di"], reply["elements"]) == (True, None, None, [])


def test_bad_requests_do_not_stop_the_run() -> None:
    lines = ["", "nonsense", '{"scan": 5}', "[1]", "[" * 8000, '{"scan": "' + "1" * 9000 + '"}', '{"scan": "96385074"}']
    output = io.StringIO()
    assert main(io.StringIO("\n".join(lines)), output) == 0
    replies = [json.loads(line) for line in output.getvalue().splitlines()]
    assert [reply.get("code") for reply in replies] == ["bad_request"] * 4 + ["scan_too_long", None]
    assert replies[-1]["di"] == "00000096385074"


def test_bytes_that_are_no_text_spoil_their_own_line_only() -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"scan": "\xff\xfe"}\n{"scan": "96385074"}\n'), encoding="utf-8")
    output = io.StringIO()
    main(stdin, output)
    assert [json.loads(line)["ok"] for line in output.getvalue().splitlines()] == [False, True]


def test_longest_line_is_refused_without_being_kept() -> None:
    reply = json.loads(answer("x" * (LINE_LENGTH_MAX + 1)))
    assert (reply["code"], reply["position"]) == ("scan_too_long", LINE_LENGTH_MAX)


def test_dictionary_is_whole() -> None:
    """The first two digits fix the length of an identifier; the primary keys are those of the Digital Link standard."""
    assert all(AI_LENGTHS[ai[:2]] == len(ai) for ai in IDENTIFIERS)
    assert all(re.fullmatch(r"[0-9]{2,4}", ai) for ai in IDENTIFIERS)
    assert {ai for ai, entry in IDENTIFIERS.items() if entry.link_qualifiers is not None} == {
        "00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010", "8013", "8017",
        "8018",
    }  # fmt: skip
    assert IDENTIFIERS["01"].link_qualifiers == (("22", "10", "21"), ("235",))
    assert (IDENTIFIERS["7040"].shortest, IDENTIFIERS["8003"].longest, IDENTIFIERS["3105"].longest) == (4, 30, 6)
