"""First letters of Chinese characters without a dictionary, for words found while a person types.

GB 2312 orders its 3,755 common characters by pinyin, so where a character stands there tells its letter. Names of
records are spelled when they are written (`kernel.values.pinyin`); this serves words that are stored nowhere.
"""

from bisect import bisect_right

_LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
_FIRST = [
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
    0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
]  # fmt: skip
"""Where each letter begins."""
_END = 0xD7FA
"""Just past the last common character; rarer ones follow by radical, whose letter is not told."""
UNKNOWN = "?"


def letter_of(char: str) -> str:
    """The capital a character begins with; itself for letters and digits, `?` where it cannot be told."""
    if char.isascii():
        return char.upper()
    try:
        code = int.from_bytes(char.encode("gb2312"))
    except UnicodeEncodeError:
        return UNKNOWN
    return _LETTERS[bisect_right(_FIRST, code) - 1] if _FIRST[0] <= code < _END else UNKNOWN


def place_of_initials(words: str, typed: str) -> int | None:
    """Where the initials typed begin, counted in letters and characters of the words; a rare one may be any letter."""
    asked = [char for char in typed.upper() if char.isalnum()]
    letters = [letter_of(char) for char in words if char.isalnum()]
    if not asked or not typed.isascii():
        return None
    for start in range(len(letters) - len(asked) + 1):
        here = letters[start : start + len(asked)]
        if any(one != UNKNOWN for one in here) and all(
            a in (b, UNKNOWN) or b == UNKNOWN for a, b in zip(asked, here, strict=True)
        ):
            return start
    return None
