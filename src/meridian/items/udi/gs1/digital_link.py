"""GS1 Digital Link URIs: `https://id.gs1.org/01/<GTIN>/10/<lot>?17=<expiry>` (GS1 Digital Link Standard: URI Syntax).

Uncompressed links on any domain. Where the standard and its older editions differ:
- GTINs of 8, 12 or 13 digits as primary key are read (older links leave the leading zeros out);
- the names of release 1.0 (`gtin`, `lot`, `ser`, …) are read where a qualifier follows the key. `/gtin/<digits>`
  alone is what any shop's address may look like.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address
from typing import NamedTuple

from meridian.items.udi.gs1.check_digits import GTIN_LENGTHS
from meridian.items.udi.gs1.dictionary import IDENTIFIERS, Identifier
from meridian.items.udi.gs1.elements import Element, require_no_contradiction, require_right
from meridian.items.udi.messages import UdiRefused

NAMES_OF_RELEASE_1 = {
    "gtin": "01", "itip": "8006", "gmn": "8013", "cpid": "8010", "gln": "414", "payTo": "415", "partyGln": "417",
    "gsrnp": "8017", "gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402",
    "grai": "8003", "giai": "8004", "cpv": "22", "lot": "10", "ser": "21", "glnx": "254", "refno": "8020",
    "srin": "8019", "cpsn": "8011",
}  # fmt: skip
PORT_MAX = 65535

_LINK = re.compile(r"(?P<scheme>https?|HTTPS?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?")
_NOT_IN_ADDRESS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|[A-Za-z0-9._~-]+)(?::(?P<port>[0-9]*))?")


class Part(NamedTuple):
    """A piece of the address and the index in the scan where it begins."""

    text: str
    at: int


def split_link(scan: str, start: int, end: int) -> list[Element]:
    """The checked elements of the link at `scan[start:end]`: key, qualifiers, then attributes as they come."""
    link = _LINK.match(scan, start, end)
    if not link:
        raise UdiRefused("link_malformed", start)
    _require_address(scan, start, end, link)
    path = list(_path_elements(Part(link["path"], link.start("path"))))
    query = Part(link["query"] or "", link.start("query") if link["query"] else end)
    elements = [*path, *_query_elements(query)]
    for element in elements:
        require_right(element)
    require_no_contradiction(elements, even_if_equal=True)
    _require_qualifiers_in_path(path, elements[len(path) :])
    return elements


def _require_address(scan: str, start: int, end: int, link: re.Match[str]) -> None:
    wrong = _NOT_IN_ADDRESS.search(scan, start, end)
    if wrong:
        raise UdiRefused("link_malformed", wrong.start(), repr(wrong[0]))
    broken = _BROKEN_PERCENT.search(scan, start, end)
    if broken:
        raise UdiRefused("percent_sequence_broken", broken.start())
    authority = _AUTHORITY.fullmatch(link["authority"])
    if not authority or int((authority["port"] or "0")[:6]) > PORT_MAX or not _is_ipv6(authority["ipv6"]):
        raise UdiRefused("link_malformed", link.start("authority"), "domain")


def _is_ipv6(text: str | None) -> bool:
    if text is None:
        return True
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _path_elements(path: Part) -> Iterator[Element]:
    segments = list(_split(path, "/"))[1:]
    by_name = False
    for key in range(len(segments) - 2, -1, -2):
        name = segments[key].text
        ai = NAMES_OF_RELEASE_1.get(name, name)
        by_name = by_name or ai != name
        identifier = IDENTIFIERS.get(ai)
        if identifier is None:
            break
        if identifier.link_qualifiers is None:
            continue
        if by_name and key == len(segments) - 2:
            break
        return _key_and_qualifiers(identifier, segments[key:])
    raise UdiRefused("link_key_missing", path.at)


def _key_and_qualifiers(key: Identifier, segments: Sequence[Part]) -> Iterator[Element]:
    pairs = list(zip(segments[::2], segments[1::2], strict=True))
    ais = [NAMES_OF_RELEASE_1.get(name.text, name.text) for name, _ in pairs]
    if not any(_in_order(ais[1:], sequence) for sequence in key.link_qualifiers or ()):
        raise UdiRefused("link_qualifier_misplaced", pairs[1][0].at, "/".join(ais))
    for ai, (name, value) in zip(ais, pairs, strict=True):
        text, places = _decoded(value)
        if ai == "01" and len(text) in GTIN_LENGTHS:
            places = (*(places[0] for _ in range(14 - len(text))), *places)
            text = text.zfill(14)
        yield Element(ai, text, name.at, places)


def _in_order(ais: Sequence[str], sequence: Sequence[str]) -> bool:
    remaining = iter(sequence)
    return all(ai in remaining for ai in ais)


def _query_elements(query: Part) -> Iterator[Element]:
    for parameter in _split(Part(query.text.replace(";", "&"), query.at), "&"):
        key, equals, value = parameter.text.partition("=")
        # What is not a number is no business of GS1: a shop's own parameter.
        if not (equals and key.isascii() and key.isdigit()):
            continue
        identifier = IDENTIFIERS.get(key)
        if identifier and not identifier.link_attribute:
            raise UdiRefused("link_attribute_not_allowed", parameter.at, f"({key})")
        text, places = _decoded(Part(value, parameter.at + len(key) + 1), plus_is_space=True)
        yield Element(key, text, parameter.at, places)


def _require_qualifiers_in_path(path: Sequence[Element], attributes: Sequence[Element]) -> None:
    qualifiers = [element.ai for element in path[1:]]
    for sequence in IDENTIFIERS[path[0].ai].link_qualifiers or ():
        for attribute in attributes:
            if attribute.ai in sequence and all(ai in sequence for ai in qualifiers):
                raise UdiRefused("link_qualifier_misplaced", attribute.at, f"({attribute.ai})")


def _split(part: Part, separator: str) -> Iterator[Part]:
    at = part.at
    for text in part.text.split(separator):
        yield Part(text, at)
        at += len(text) + 1


def _decoded(part: Part, *, plus_is_space: bool = False) -> tuple[str, Sequence[int]]:
    if "%" not in part.text and not (plus_is_space and "+" in part.text):
        return part.text, range(part.at, part.at + len(part.text) + 1)
    characters: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(part.text):
        places.append(part.at + at)
        if part.text[at] == "%":
            characters.append(chr(int(part.text[at + 1 : at + 3], 16)))
            at += 3
        else:
            characters.append(" " if plus_is_space and part.text[at] == "+" else part.text[at])
            at += 1
    return "".join(characters), (*places, part.at + at)
