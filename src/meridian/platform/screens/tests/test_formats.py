"""Numbers, days and instants read as UX §9 says; boundaries at the day before, the day, the day after."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from meridian.platform.screens import formats

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1156000.000000", "1,156,000"),
        ("0.500", "0.5"),
        ("-1234.5", "−1,234.5"),
        ("0", "0"),
        ("12345678901234567890.123456", "12,345,678,901,234,567,890.123456"),
        ("1E+3", "1,000"),
    ],
)
def test_number_groups_by_three_and_drops_empty_decimals(value: str, text: str) -> None:
    assert formats.number(Decimal(value)) == text


def test_money_has_two_decimals_or_what_the_price_has() -> None:
    assert formats.money(Decimal("1156000"), "¥") == "¥\u00a01,156,000.00"
    assert formats.money(Decimal("0.123400")) == "0.1234"


def test_quantity_carries_its_unit() -> None:
    assert formats.quantity(Decimal("60.000"), "套") == "60\u00a0套"


def test_percent_has_one_decimal() -> None:
    assert formats.percent(Decimal("0.968")) == "96.8%"
    assert formats.percent(Decimal(1)) == "100.0%"


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (-5, "逾期 5 天", "5 days overdue"),
        (-1, "逾期 1 天", "1 day overdue"),
        (0, "今天", "today"),
        (1, "1 天后", "in 1 day"),
        (12, "12 天后", "in 12 days"),
    ],
)
def test_due_day_says_how_far(days: int, zh: str, en: str) -> None:
    due = TODAY + timedelta(days=days)
    with translation.override("zh-hans"):
        assert formats.distance(due, TODAY) == zh
    with translation.override("en"):
        assert formats.distance(due, TODAY) == en


@pytest.mark.parametrize(("days", "zh"), [(-1, "已过期 1 天"), (0, "今天到期"), (1, "余 1 天"), (709, "余 709 天")])
def test_expiry_is_usable_through_its_day(days: int, zh: str) -> None:
    with translation.override("zh-hans"):
        assert formats.remaining(TODAY + timedelta(days=days), TODAY) == zh


def test_instant_names_its_zone() -> None:
    at = datetime(2026, 11, 23, 2, 16, 8, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert formats.instant(at) == "2026-11-23 10:16:08 UTC+8"
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert formats.instant(at) == "2026-11-23 07:46:08 UTC+5:30"
    with timezone.override(ZoneInfo("America/St_Johns")):
        assert formats.instant(at) == "2026-11-22 22:46:08 UTC-3:30"


def test_minute_is_as_short_as_today_allows() -> None:
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert formats.minute(datetime(2026, 11, 22, 16, 5, tzinfo=UTC), TODAY) == "00:05"
        assert formats.minute(datetime(2026, 11, 20, 6, 30, tzinfo=UTC), TODAY) == "11-20 14:30"
        assert formats.minute(datetime(2025, 11, 20, 6, 30, tzinfo=UTC), TODAY) == "2025-11-20 14:30"


def test_file_size_in_steps_of_1024() -> None:
    assert formats.bytes_size(812) == "812\u00a0B"
    assert formats.bytes_size(1024) == "1\u00a0KB"
    assert formats.bytes_size(1_572_864) == "1.5\u00a0MB"
    assert formats.bytes_size(3 * 1024**3) == "3\u00a0GB"
