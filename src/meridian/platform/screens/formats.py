"""Values as people read them: numbers in threes, days with their meaning, instants in the site's zone.

Pure functions of value and language; the active time zone is the site's (set per request).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext, ngettext

NARROW_SPACE = "\u00a0"
MINUS = "\u2212"
CURRENCY_DECIMALS = 2
SOON_DAYS = 7
"""In tables a due day within this many days shows its distance; later days stay calm."""


def number(value: Decimal | int, *, decimals_min: int = 0) -> str:
    """Group by three, drop zeros that carry nothing but keep `decimals_min` of them, minus as a minus sign."""
    exact = Decimal(value)
    text = f"{abs(exact):,f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(decimals_min, "0")
    sign = MINUS if exact < 0 else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def money(value: Decimal | int, currency: str = "") -> str:
    """Two decimals or as many as the price has: `¥ 1,156,000.00`."""
    text = number(value, decimals_min=CURRENCY_DECIMALS)
    return f"{currency}{NARROW_SPACE}{text}" if currency else text


def quantity(value: Decimal | int, unit: str) -> str:
    """A figure and its unit, never broken across lines."""
    return f"{number(value)}{NARROW_SPACE}{unit}" if unit else number(value)


def percent(value: Decimal | int) -> str:
    """One decimal; `value` is the fraction (0.968 → 96.8%)."""
    return f"{number(round(Decimal(value) * 100, 1), decimals_min=1)}%"


def day(value: date, today: date) -> str:
    """`12-05` in the current year, `2027-12-05` otherwise. For tables; facts write the whole day."""
    return f"{value:%m-%d}" if value.year == today.year else value.isoformat()


def distance(value: date, today: date) -> str:
    """How far a due day is: “今天”, “12 天后”, “逾期 5 天”."""
    days = (value - today).days
    if days == 0:
        return gettext("今天")
    if days > 0:
        return ngettext("%(days)s 天后", "%(days)s 天后", days) % {"days": number(days)}
    return ngettext("逾期 %(days)s 天", "逾期 %(days)s 天", -days) % {"days": number(-days)}


def remaining(value: date, today: date) -> str:
    """What remains of a last usable day: “余 709 天”, “今天到期”, “已过期 3 天”."""
    days = (value - today).days
    if days == 0:
        return gettext("今天到期")
    if days > 0:
        return ngettext("余 %(days)s 天", "余 %(days)s 天", days) % {"days": number(days)}
    return ngettext("已过期 %(days)s 天", "已过期 %(days)s 天", -days) % {"days": number(-days)}


def is_soon_or_late(value: date, today: date) -> bool:
    """True when a table shows the distance of a due day."""
    return (value - today).days <= SOON_DAYS


def instant(value: datetime) -> str:
    """`2026-11-23 10:16:08 UTC+8`: the site's zone, always named."""
    local = timezone.localtime(value)
    return f"{local:%Y-%m-%d %H:%M:%S} {zone(local)}"


def minute(value: datetime, today: date) -> str:
    """`09:42` today, `11-20 14:30` this year, else with the year."""
    local = timezone.localtime(value)
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{day(local.date(), today)} {local:%H:%M}"


def zone(value: datetime) -> str:
    """`UTC+8`, `UTC+5:30`, `UTC`."""
    offset = value.utcoffset()
    if not offset:
        return "UTC"
    minutes = int(offset / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def machine(value: datetime | date) -> str:
    """For `<time datetime>`: ISO 8601, instants in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def bytes_size(value: int) -> str:
    """`812 B`, `1.4 MB`, in steps of 1,024."""
    size = Decimal(value)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{number(round(size, 1) if unit != 'B' else size)}{NARROW_SPACE}{unit}"
        size /= 1024
    return f"{number(round(size, 1))}{NARROW_SPACE}GB"


def short_hash(value: str) -> str:
    """`9f3c 71ae … 04d2`: enough to compare by eye; the whole value stays in `title`."""
    return f"{value[:4]} {value[4:8]} … {value[-4:]}" if len(value) > 16 else value
