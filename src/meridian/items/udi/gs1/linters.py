"""The content checks ("linters") that the GS1 syntax dictionary names, one function per name.

Each takes the text of one component and answers its first fault, or None. They are pure and know no century: a date
is impossible only if it exists in no year that its digits can mean.
"""

import re
from collections.abc import Callable

from meridian.items.udi.gs1.check_digits import (
    CHECK_PAIR_MAX_LENGTH,
    check_digit_is_right,
    check_pair,
    is_digits,
)
from meridian.items.udi.gs1.code_lists import (
    COUNTRIES_ALPHA2,
    COUNTRIES_NUMERIC,
    CURRENCIES_NUMERIC,
    IBAN_COUNTRIES,
    PACKAGE_TYPES,
)
from meridian.items.udi.gs1.coupons import couponcode, couponposoffer
from meridian.items.udi.gs1.date_linters import hh, hhmi, mi, ss, yymmd0, yymmdd, yyyymmd0, yyyymmdd
from meridian.items.udi.gs1.faults import Fault, whole

_NOT_CSET39 = re.compile(r"[^#\-/0-9A-Z]")
_NOT_CSET64 = re.compile(r"[^-0-9A-Z_a-z]")
_NOT_CSET82 = re.compile(r'[^!"%-?A-Z_a-z]')
_NOT_DIGIT = re.compile(r"[^0-9]")
_NOT_IBAN = re.compile(r"[^0-9A-Z]")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_POSITION_IN_SEQUENCE = re.compile(r"([0-9]+)/([0-9]+)")
GCP_LENGTH_MIN = 4
IBAN_LENGTHS = range(11, 35)


def _first(pattern: re.Pattern[str], value: str, name: str) -> Fault | None:
    found = pattern.search(value)
    return Fault(name, found.start(), 1) if found else None


def cset39(value: str) -> Fault | None:
    """Only characters of CSET 39 (component part identifiers)."""
    return _first(_NOT_CSET39, value, "INVALID_CSET39_CHARACTER")


def cset64(value: str) -> Fault | None:
    """Only URI-safe base64, padded with at most two `=` and then to a multiple of three characters."""
    bare = value.rstrip("=")
    padding = len(value) - len(bare)
    fault = _first(_NOT_CSET64, bare, "INVALID_CSET64_CHARACTER")
    if fault is None and padding and (padding > 2 or len(value) % 3):
        return Fault("INVALID_CSET64_PADDING", len(bare), padding)
    return fault


def cset82(value: str) -> Fault | None:
    """Only the 82 characters that GS1 element strings allow."""
    return _first(_NOT_CSET82, value, "INVALID_CSET82_CHARACTER")


def csetnumeric(value: str) -> Fault | None:
    """Only ASCII digits."""
    return _first(_NOT_DIGIT, value, "NON_DIGIT_CHARACTER")


def csum(value: str) -> Fault | None:
    """The last digit is the modulo-10 check digit of the others."""
    if not value:
        return whole("TOO_SHORT_FOR_CHECK_DIGIT", value)
    if not is_digits(value):
        return csetnumeric(value)
    if not check_digit_is_right(value):
        return Fault("INCORRECT_CHECK_DIGIT", len(value) - 1, 1)
    return None


def csumalpha(value: str) -> Fault | None:
    """The last two characters are the check characters of the others."""
    if len(value) < 2:
        return whole("TOO_SHORT_FOR_CHECK_PAIR", value)
    if len(value) > CHECK_PAIR_MAX_LENGTH:
        return whole("TOO_LONG_FOR_CHECK_PAIR", value)
    fault = cset82(value)
    if fault is None and check_pair(value[:-2]) != value[-2:]:
        return Fault("INCORRECT_CHECK_PAIR", len(value) - 2, 2)
    return fault


def gcppos1(value: str) -> Fault | None:
    """Begins with a GS1 company prefix: four digits at the least. The register of prefixes is not consulted."""
    prefix = value[:GCP_LENGTH_MIN]
    if len(prefix) < GCP_LENGTH_MIN:
        return whole("TOO_SHORT_FOR_GCP", value)
    return _first(_NOT_DIGIT, prefix, "INVALID_GCP_PREFIX")


def gcppos2(value: str) -> Fault | None:
    """As `gcppos1` from the second character on (behind an indicator or extension digit)."""
    fault = gcppos1(value[1:])
    return None if fault is None else Fault(fault.name, fault.start + 1, fault.length)


def hasnondigit(value: str) -> Fault | None:
    """At least one character is not a digit."""
    return None if _NOT_DIGIT.search(value) else whole("REQUIRES_NON_DIGIT_CHARACTER", value)


def hyphen(value: str) -> Fault | None:
    """Nothing but hyphens, at least one."""
    return None if value and not value.strip("-") else whole("NOT_HYPHEN", value)


def iban(value: str) -> Fault | None:
    """An international bank account number: length, characters, country, modulo-97 check (ISO 13616, ISO 7064)."""
    if len(value) not in IBAN_LENGTHS:
        return whole("IBAN_TOO_SHORT" if len(value) < IBAN_LENGTHS.start else "IBAN_TOO_LONG", value)
    fault = _first(_NOT_IBAN, value, "INVALID_IBAN_CHARACTER")
    if fault:
        return fault
    if value[:2] not in IBAN_COUNTRIES:
        return Fault("ILLEGAL_IBAN_COUNTRY_CODE", 0, 2)
    if int("".join(str(int(character, 36)) for character in value[4:] + value[:4])) % 97 != 1:
        return Fault("INCORRECT_IBAN_CHECKSUM", 2, 2)
    return None


def importeridx(value: str) -> Fault | None:
    """One character of CSET 64 (EU 2018/574 importer index)."""
    return None if len(value) == 1 and not _NOT_CSET64.search(value) else whole("INVALID_IMPORT_IDX_CHARACTER", value)


def _listed(name: str, codes: frozenset[str]) -> Callable[[str], Fault | None]:
    def check(value: str) -> Fault | None:
        return None if value in codes else whole(name, value)

    return check


def latitude(value: str) -> Fault | None:
    """Ten digits, at most 180 degrees in units of 10^-7 degree."""
    return _angle(value, 1_800_000_000, "LATITUDE")


def longitude(value: str) -> Fault | None:
    """Ten digits, at most 360 degrees in units of 10^-7 degree."""
    return _angle(value, 3_600_000_000, "LONGITUDE")


def _angle(value: str, limit: int, name: str) -> Fault | None:
    if len(value) != 10:
        return whole(f"{name}_INVALID_LENGTH", value)
    fault = csetnumeric(value)
    if fault is None and int(value) > limit:
        return whole(f"INVALID_{name}", value)
    return fault


def nonzero(value: str) -> Fault | None:
    """Digits whose value is not zero."""
    return csetnumeric(value) or (None if value.strip("0") else whole("ILLEGAL_ZERO_VALUE", value))


def nozeroprefix(value: str) -> Fault | None:
    """Digits that do not begin with zero."""
    return csetnumeric(value) or (Fault("ILLEGAL_ZERO_PREFIX", 0, 1) if value.startswith("0") else None)


def pcenc(value: str) -> Fault | None:
    """Every percent sign begins a percent-encoded byte."""
    found = _BROKEN_PERCENT.search(value)
    if not found:
        return None
    return Fault("INVALID_PERCENT_SEQUENCE", found.start(), min(3, len(value) - found.start()))


def pieceoftotal(value: str) -> Fault | None:
    """Two halves of equal length, piece number and number of pieces: neither zero, the first not above the second."""
    half, odd = divmod(len(value), 2)
    if odd or not half:
        return whole("INVALID_LENGTH_FOR_PIECE_OF_TOTAL", value)
    fault = csetnumeric(value)
    if fault:
        return fault
    if not value[:half].strip("0"):
        return Fault("ZERO_PIECE_NUMBER", 0, half)
    if not value[half:].strip("0"):
        return Fault("ZERO_TOTAL_PIECES", half, half)
    return whole("PIECE_NUMBER_EXCEEDS_TOTAL", value) if value[:half] > value[half:] else None


def posinseqslash(value: str) -> Fault | None:
    """Position and end of a sequence written `1/3`: no leading zeros, the first not above the second."""
    parts = _POSITION_IN_SEQUENCE.fullmatch(value)
    if not parts:
        return whole("POSITION_IN_SEQUENCE_MALFORMED", value)
    for group in (1, 2):
        if parts[group].startswith("0"):
            return Fault("ILLEGAL_ZERO_PREFIX", parts.start(group), len(parts[group]))
    return whole("POSITION_EXCEEDS_END", value) if int(parts[1]) > int(parts[2]) else None


def zero(value: str) -> Fault | None:
    """Nothing but zeros."""
    return None if not value.strip("0") else whole("NOT_ZERO", value)


MEDIA_TYPES = frozenset(f"{number:02}" for number in (*range(1, 11), *range(80, 100)))
"""AIDC media types: 01–10 assigned, 80–99 for internal use (GenSpecs, AI 7241)."""

LINTERS: dict[str, Callable[[str], Fault | None]] = {
    "couponcode": couponcode,
    "couponposoffer": couponposoffer,
    "cset39": cset39,
    "cset64": cset64,
    "cset82": cset82,
    "csetnumeric": csetnumeric,
    "csum": csum,
    "csumalpha": csumalpha,
    "gcppos1": gcppos1,
    "gcppos2": gcppos2,
    "hasnondigit": hasnondigit,
    "hh": hh,
    "hhmi": hhmi,
    "hyphen": hyphen,
    "iban": iban,
    "importeridx": importeridx,
    "iso3166": _listed("NOT_ISO3166", COUNTRIES_NUMERIC),
    "iso3166999": _listed("NOT_ISO3166_OR_999", COUNTRIES_NUMERIC | {"999"}),
    "iso3166alpha2": _listed("NOT_ISO3166_ALPHA2", COUNTRIES_ALPHA2),
    "iso4217": _listed("NOT_ISO4217", CURRENCIES_NUMERIC),
    "iso5218": _listed("INVALID_BIOLOGICAL_SEX_CODE", frozenset("0129")),
    "latitude": latitude,
    "longitude": longitude,
    "mediatype": _listed("INVALID_MEDIA_TYPE", MEDIA_TYPES),
    "mi": mi,
    "nonzero": nonzero,
    "nozeroprefix": nozeroprefix,
    "packagetype": _listed("INVALID_PACKAGE_TYPE", PACKAGE_TYPES),
    "pcenc": pcenc,
    "pieceoftotal": pieceoftotal,
    "posinseqslash": posinseqslash,
    "ss": ss,
    "winding": _listed("INVALID_WINDING_DIRECTION", frozenset("019")),
    "yesno": _listed("NOT_ZERO_OR_ONE", frozenset("01")),
    "yymmd0": yymmd0,
    "yymmdd": yymmdd,
    "yyyymmd0": yyyymmd0,
    "yyyymmdd": yyyymmdd,
    "zero": zero,
}
"""Every check a dictionary of this release may name; a name missing here stops the parsing of the dictionary."""
