"""The North American coupon formats, AI (8110) and (8112) (GS1 North American coupon specification)."""

from collections.abc import Callable

from meridian.items.udi.gs1.check_digits import is_digits
from meridian.items.udi.gs1.date_linters import yymmdd
from meridian.items.udi.gs1.faults import Fault

PREFIX_LENGTH_BASE = 6
REQUIREMENT_CODES = "012349"
ADDITIONAL_RULES_CODES = "0123"
SAVE_VALUE_CODES = "01256"
NO_COMPANY_PREFIX = "9"


class _CouponError(Exception):
    """Ends the walk through a coupon at its first fault."""

    def __init__(self, name: str, start: int, length: int = 0) -> None:
        super().__init__(name)
        self.fault = Fault(f"COUPON_{name}", start, length)


class _Walk:
    """Takes fields off a string of digits from the left."""

    def __init__(self, digits: str) -> None:
        self.digits = digits
        self.at = 0

    def take(self, length: int, missing: str) -> str:
        """The next `length` digits; the fault named `missing` if fewer are left."""
        field = self.digits[self.at : self.at + length]
        if len(field) < length:
            raise _CouponError(missing, self.at, len(field))
        self.at += length
        return field

    def take_one_of(self, allowed: str, field: str) -> None:
        """The next digit, which must be one of `allowed`."""
        if self.take(1, f"MISSING_{field}") not in allowed:
            raise _CouponError(f"INVALID_{field}", self.at - 1, 1)

    def take_counted(self, field: str, lengths: range, base: int, name: str) -> None:
        """A length indicator within `lengths`, then `base` plus that many digits."""
        indicator = int(self.take(1, f"MISSING_{field}_VLI"))
        if indicator not in lengths:
            raise _CouponError(f"INVALID_{name}_LENGTH", self.at - 1, 1)
        self.take(base + indicator, f"TRUNCATED_{field}")

    def next_is(self, identifier: str) -> bool:
        """True, and the identifier taken, if the next optional field is this one. They come in ascending order."""
        if self.digits[self.at : self.at + 1] != identifier:
            return False
        self.at += 1
        return True


def couponcode(value: str) -> Fault | None:
    """A positive offer in the long format, AI (8110)."""
    return _checked(value, _offer)


def couponposoffer(value: str) -> Fault | None:
    """A reference to a positive offer file, AI (8112)."""
    return _checked(value, _offer_reference)


def _checked(value: str, walk_through: Callable[[_Walk], None]) -> Fault | None:
    if value and not is_digits(value):
        wrong = next(index for index, character in enumerate(value) if not is_digits(character))
        return Fault("NON_DIGIT_CHARACTER", wrong, 1)
    walk = _Walk(value)
    try:
        walk_through(walk)
    except _CouponError as found:
        return found.fault
    if walk.at < len(value):
        return Fault("COUPON_EXCESS_DATA", walk.at, len(value) - walk.at)
    return None


def _offer_reference(walk: _Walk) -> None:
    walk.take_one_of("01", "FORMAT_CODE")
    walk.take_counted("FUNDER", range(7), PREFIX_LENGTH_BASE, "FUNDER")
    walk.take(6, "TRUNCATED_OFFER_CODE")
    walk.take_counted("SERIAL_NUMBER", range(10), 6, "SERIAL_NUMBER")


def _offer(walk: _Walk) -> None:
    walk.take_counted("GCP", range(7), PREFIX_LENGTH_BASE, "GCP")
    walk.take(6, "TRUNCATED_OFFER_CODE")
    walk.take_counted("SAVE_VALUE", range(1, 6), 0, "SAVE_VALUE")
    _purchase(walk, "1ST")
    if walk.next_is("1"):
        walk.take_one_of(ADDITIONAL_RULES_CODES, "ADDITIONAL_PURCHASE_RULES_CODE")
        _further_purchase(walk, "2ND")
    if walk.next_is("2"):
        _further_purchase(walk, "3RD")
    expires = _date(walk, "EXPIRATION") if walk.next_is("3") else ""
    starts_at = walk.at
    if walk.next_is("4"):
        starts = _date(walk, "START")
        if expires and expires < starts:
            raise _CouponError("EXPIRATION_BEFORE_START", starts_at, walk.at - starts_at)
    if walk.next_is("5"):
        walk.take_counted("SERIAL_NUMBER", range(10), 6, "SERIAL_NUMBER")
    if walk.next_is("6"):
        walk.take_counted("RETAILER_GCP_OR_GLN", range(1, 8), PREFIX_LENGTH_BASE, "RETAILER_GCP_OR_GLN")
    if walk.next_is("9"):
        walk.take_one_of(SAVE_VALUE_CODES, "SAVE_VALUE_CODE")
        walk.take_one_of("012", "SAVE_VALUE_APPLIES_TO_ITEM")
        walk.take(1, "MISSING_STORE_COUPON_FLAG")
        walk.take_one_of("01", "DONT_MULTIPLY_FLAG")


def _purchase(walk: _Walk, which: str) -> None:
    name = f"{which}_PURCHASE_REQUIREMENT"
    walk.take_counted(name, range(1, 6), 0, name)
    walk.take_one_of(REQUIREMENT_CODES, f"{name}_CODE")
    walk.take(3, f"TRUNCATED_{which}_PURCHASE_FAMILY_CODE")


def _further_purchase(walk: _Walk, which: str) -> None:
    _purchase(walk, which)
    if not walk.next_is(NO_COMPANY_PREFIX):
        walk.take_counted(f"{which}_PURCHASE_GCP", range(7), PREFIX_LENGTH_BASE, f"{which}_PURCHASE_GCP")


def _date(walk: _Walk, name: str) -> str:
    date = walk.take(6, f"TOO_SHORT_FOR_{name}_DATE")
    if yymmdd(date):
        raise _CouponError(f"INVALID_{name}_DATE", walk.at - 6, 6)
    return date
