"""AHM (Ali Health, 码上放心): `MF` device identifier, then two-letter identifiers with their values.

No example of a real code has been published; this is the structure two public readers agree on. Every reading carries
the warning `structure_unverified`: a person compares it with the label.
"""

import re
from datetime import date

from meridian.items.udi.days import resolve_year
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Reading

ISSUER = "AHM"
WARNING = "structure_unverified"

_FIELD = r"(?:(?:BN|BA|SN)[0-9A-Za-z-]+(?:\*|$)|(?:MD|BD|ED)[0-9]{6}|PL[0-9])"
_CODE = re.compile(rf"MF(?P<di>[0-9A-Za-z]{{1,13}})\*?(?P<rest>(?:{_FIELD})*)")
_FIELDS = re.compile(
    r"(?P<name>BN|BA|SN)(?P<text>[0-9A-Za-z-]+)(?:\*|$)|(?P<fixed>MD|BD|ED)(?P<day>[0-9]{6})|PL(?P<level>[0-9])"
)
_MEANINGS = {"BN": "lot", "BA": "lot", "SN": "serial", "MD": "made", "BD": "valid_until", "ED": "expires"}


def read(scan: str, start: int, today: date | None) -> Reading:
    """The reading of the AHM code that begins at `start` of the scan; raises `UdiRefused`."""
    text = scan[start:].rstrip("\r\n")
    code = _CODE.fullmatch(text)
    if code is None:
        longest = _CODE.match(text)
        raise UdiRefused("element_unknown", start + (longest.end() if longest else 0))
    said: dict[str, str] = {}
    elements = [("MF", code["di"])]
    for each in _FIELDS.finditer(code["rest"]):
        name = each["name"] or each["fixed"] or "PL"
        value = each["text"] or each["day"] or each["level"]
        elements.append((name, value))
        meaning = _MEANINGS.get(name, "level")
        if said.setdefault(meaning, value) != value:
            raise UdiRefused("datum_contradicts", start + code.start("rest") + each.start(), meaning)
    days = {name: _day(said, name, today, start) for name in ("made", "expires", "valid_until")}
    expires = days["expires"] or days["valid_until"]
    return Reading(
        issuer=ISSUER, di=f"MF{code['di']}", lot=said.get("lot"), serial=said.get("serial"),
        manufactured_on=days["made"], expires_on=expires, expires_precision="day" if expires else None,
        elements=tuple(elements), canonical=text, message=text, raw=scan, valid_until=days["valid_until"],
        warnings=(WARNING,),
    )  # fmt: skip


def _day(said: dict[str, str], name: str, today: date | None, start: int) -> date | None:
    digits = said.get(name)
    if digits is None:
        return None
    try:
        return date(resolve_year(int(digits[:2]), today), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise UdiRefused("date_impossible", start, digits) from None


def write(
    di: str,
    *,
    lot: str = "",
    serial: str = "",
    manufactured_on: date | None = None,
    expires_on: date | None = None,
    package_level: int | None = None,
) -> str:
    """The code in the same structure; raises `UdiRefused` for what could not be read back."""
    parts = [f"MF{di}*"]
    parts += [f"PL{package_level}"] if package_level is not None else []
    parts += [f"MD{manufactured_on:%y%m%d}"] if manufactured_on else []
    parts += [f"ED{expires_on:%y%m%d}"] if expires_on else []
    parts += [f"BN{lot}*"] if lot else []
    parts += [f"SN{serial}*"] if serial else []
    message = "".join(parts)
    read(message, 0, expires_on or manufactured_on)
    return message
