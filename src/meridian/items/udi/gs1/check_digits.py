"""Check digits and check characters of the GS1 General Specifications, section 7.9."""

_CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET82_VALUE = {character: value for value, character in enumerate(_CSET82)}
_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text: str) -> bool:
    """True if the text is one or more ASCII digits (full-width digits are not)."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """The modulo-10 check digit that belongs behind these digits (GTIN, SSCC, GLN, GSRN; GenSpecs 7.9).

    `digits` is the number without its check digit; raises `ValueError` if it is not all ASCII digits.
    """
    if not is_digits(digits):
        raise ValueError("a check digit is computed over digits only")
    return _check_digit(digits)


def _check_digit(digits: str) -> str:
    heavy = sum(map(int, digits[-1::-2]))
    light = sum(map(int, digits[-2::-2]))
    return str(-(3 * heavy + light) % 10)


def check_digit_is_right(number: str) -> bool:
    """True if the last digit is the check digit of the digits before it. The text must be digits, at least two."""
    return _check_digit(number[:-1]) == number[-1]


def gtin_is_valid(text: str) -> bool:
    """True if the text is a GTIN-8, -12, -13 or -14 with a right check digit (GS1-1)."""
    return len(text) in GTIN_LENGTHS and is_digits(text) and check_digit_is_right(text)


def gtin14(text: str) -> str:
    """The 14-digit form of a GTIN: leading zeros added. Raises `ValueError` if it is not a valid GTIN."""
    if not gtin_is_valid(text):
        raise ValueError("not a GTIN with a right check digit")
    return text.zfill(14)


def gtin_as(text: str, length: int) -> str:
    """The same GTIN with `length` digits, by adding or dropping leading zeros.

    Raises `ValueError` if the text is no valid GTIN or a digit other than zero would be dropped.
    """
    full = gtin14(text)
    kept = full[14 - length :]
    if length not in GTIN_LENGTHS or int(full[: 14 - length] or "0"):
        raise ValueError(f"this GTIN has no {length}-digit form")
    return kept


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


_PRIME_WEIGHTS = _primes(97)
CHECK_PAIR_MAX_LENGTH = len(_PRIME_WEIGHTS) + 2


def check_pair(text: str) -> str:
    """The two check characters that belong behind an alphanumeric key (GMN, Basic UDI-DI; GenSpecs 7.9, GS1-4).

    `text` is the key without its check characters, at most 97 characters of CSET 82; anything else raises `ValueError`.
    """
    if len(text) > len(_PRIME_WEIGHTS) or not all(character in _CSET82_VALUE for character in text):
        raise ValueError("check characters are computed over at most 97 characters of CSET 82")
    weighted = zip(reversed(text), _PRIME_WEIGHTS, strict=False)
    total = sum(_CSET82_VALUE[character] * weight for character, weight in weighted) % 1021
    return _CSET32[total >> 5] + _CSET32[total & 31]
