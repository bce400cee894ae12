"""Arrays that travel as one text arrive as the values they were."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.kernel.sql import array_text, fetch

pytestmark = pytest.mark.django_db


def test_text_arrives_whatever_it_holds() -> None:
    texts = ["", " L1 ", 'a"b', "a\\b", '\\"', "a,b", "{a}", "NULL", "批号 甲\n二", None]
    [(arrived,)] = fetch("SELECT %s::text[]", [array_text(texts)])
    assert arrived == texts


def test_keys_figures_and_days_arrive() -> None:
    key = UUID(int=7)
    sent = [array_text([key, None]), array_text([Decimal("1.250000"), 3]), array_text([date(2026, 12, 5), None])]
    [row] = fetch("SELECT %s::uuid[], %s::numeric[], %s::date[]", sent)
    assert row == ([key, None], [Decimal("1.25"), Decimal(3)], [date(2026, 12, 5), None])
