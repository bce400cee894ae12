"""Figures of the first page, each from rows that stand now and with the list that proves it; no target is invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meridian.alerts.documents import AlertDocument
from meridian.alerts.vocabulary import OPEN
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import Text
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import array_text, fetch
from meridian.platform.screens.derive.addresses import list_url
from meridian.platform.screens.derive.reader import Reader

WEEKS = 12
FIGURES_MAX = 6
WIDTH, HEIGHT = 64, 26

_INSPECTED = """
SELECT (%(today)s - (a.released_at AT TIME ZONE %(zone)s)::date) / 7 AS weeks_ago,
       count(*) FILTER (WHERE l.rejected_quantity = 0), count(*)
FROM inspection_acceptance a
JOIN inspection_acceptance_line l ON l.document_id = a.id AND l.company_id = a.company_id
WHERE a.company_id = %(company)s AND a.state = 'released' AND a.released_at >= %(since)s
  AND (%(sites)s::uuid[] IS NULL OR a.site_id = ANY(%(sites)s::uuid[]))
GROUP BY 1
"""
_WAITING = """
SELECT w.ago, count(l.id), min(a.created_at)
FROM generate_series(0, %(weeks)s - 1) AS w(ago)
LEFT JOIN inspection_acceptance a ON a.company_id = %(company)s
  AND (%(sites)s::uuid[] IS NULL OR a.site_id = ANY(%(sites)s::uuid[]))
  AND a.created_at <= %(now)s - make_interval(days => 7 * w.ago)
  AND (a.released_at IS NULL OR a.released_at > %(now)s - make_interval(days => 7 * w.ago))
LEFT JOIN inspection_acceptance_line l ON l.document_id = a.id AND l.company_id = a.company_id
GROUP BY w.ago ORDER BY w.ago DESC
"""
_ALERTS = """
SELECT rule, count(*), count(*) FILTER (WHERE created_at >= %(week)s), count(*) FILTER (WHERE owner_id = %(me)s)
FROM alerts_alert
WHERE company_id = %(company)s AND state = ANY(%(open)s::text[])
  AND (%(sites)s::uuid[] IS NULL OR site_id = ANY(%(sites)s::uuid[]))
GROUP BY rule
"""


@dataclass(frozen=True)
class Figure:
    """One tile: a value with its unit, how it moved, what it looked like, and the list that proves it."""

    code: str
    label: Text
    value: str
    unit: Text
    note: Text
    url: str
    delta: str = ""
    tone: str = ""
    """Of the change: `ok` better, `bad` worse."""
    line: str = ""
    """Points of the sparkline, oldest first; empty for less than two figures."""


def line_of(values: Sequence[float]) -> str:
    """Points of a line through values, in a box of 64 by 26."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = WIDTH / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{HEIGHT - 3 - (v - low) / span * (HEIGHT - 6):.1f}" for i, v in enumerate(values))


def figures(reader: Reader) -> Sequence[Figure]:
    """What this person may see, the most telling first; three statements at most."""
    found: list[Figure] = []
    if reader.may_read(AcceptanceInspectionDocument) and reader.grants.roles & _INSPECTING:
        asked = _asked(reader, AcceptanceInspectionDocument)
        found += [*_pass_rate(asked), *_waiting(asked)]
    if reader.may_read(AlertDocument):
        found += _of_alerts(reader)
    return found[:FIGURES_MAX]


_INSPECTING = frozenset({"quality_staff", "quality_head", "inspector", "enterprise_head", "auditor",
                         "warehouse_manager"})  # fmt: skip


def _sites(reader: Reader, declared: AnyDocumentType) -> list[UUID] | None:
    """The sites whose records the reader sees; None: everywhere in the company."""
    held = reader.grants.of(declared.permission("read"))
    if any(grant.scope_kind == COMPANY_SCOPE for grant in held):
        return None
    return [grant.scope_id for grant in held if grant.scope_kind == "site" and grant.scope_id is not None]


def _asked(reader: Reader, declared: AnyDocumentType) -> dict[str, Any]:
    zone, instant, sites = registry.providers.company_zone(), now(), _sites(reader, declared)
    return {"company": current_company_id(), "sites": None if sites is None else array_text(sites),
            "zone": str(zone), "now": instant, "today": instant.astimezone(zone).date(),
            "since": instant - timedelta(days=7 * WEEKS), "weeks": WEEKS}  # fmt: skip


def _rate(weeks: Mapping[int, tuple[int, int]], ago: range) -> float | None:
    passed = sum(weeks.get(week, (0, 0))[0] for week in ago)
    total = sum(weeks.get(week, (0, 0))[1] for week in ago)
    return None if total == 0 else 100 * passed / total


def _pass_rate(asked: Mapping[str, Any]) -> Sequence[Figure]:
    """Lots released in four weeks of which nothing was rejected, against the four weeks before."""
    weeks = {ago: (passed, total) for ago, passed, total in fetch(_INSPECTED, asked)}
    present, before = _rate(weeks, range(4)), _rate(weeks, range(4, 8))
    if present is None:
        return []
    each = [rate for ago in range(WEEKS - 1, -1, -1) if (rate := _rate(weeks, range(ago, ago + 1))) is not None]
    moved = None if before is None else present - before
    total = sum(weeks.get(ago, (0, 0))[1] for ago in range(4))
    return [
        Figure(
            code="pass_rate", label=_("来料批合格率"), value=f"{present:.1f}", unit="%",
            note=ngettext("近四周 %(n)s 批", "近四周 %(n)s 批", total) % {"n": total},
            url=list_url(AcceptanceInspectionDocument, state="released"),
            delta="" if not moved else f"{moved:+.1f} pt", tone="" if not moved else "ok" if moved > 0 else "bad",
            line=line_of(each),
        )
    ]  # fmt: skip


def _waiting(asked: Mapping[str, Any]) -> Sequence[Figure]:
    """Lots that wait for inspection or release, now and at the same hour of the weeks before."""
    rows = fetch(_WAITING, asked)
    counts = [count for _ago, count, _first in rows]
    moved, first = counts[-1] - counts[-2], rows[-1][2]
    days = (now() - first).days if first is not None and counts[-1] else 0
    return [
        Figure(
            code="waiting", label=_("待检批次"), value=str(counts[-1]), unit=_("批"),
            note=ngettext("最久 %(n)s 天", "最久 %(n)s 天", days) % {"n": days} if counts[-1] else _("较上周"),
            url=list_url(AcceptanceInspectionDocument, view="all", state="pending"),
            delta="" if not moved else f"{moved:+d}", tone="" if not moved else "bad" if moved > 0 else "ok",
            line=line_of(counts),
        )
    ]  # fmt: skip


_GROUPS: Sequence[tuple[str, Text, Text, tuple[str, ...]]] = (
    ("stock_expiry", gettext_lazy("近效期与过期"), gettext_lazy("批"), ("stock_expiry",)),
    ("late_purchase", gettext_lazy("到货逾期"), gettext_lazy("单"), ("late_purchase",)),
    ("late_sale", gettext_lazy("发货逾期"), gettext_lazy("单"), ("late_sale",)),
    ("papers", gettext_lazy("证照与资格到期"), gettext_lazy("份"),
     ("supplier_papers", "customer_papers", "own_papers", "registrations", "qualifications")),
)  # fmt: skip


def _of_alerts(reader: Reader) -> Sequence[Figure]:
    """Open alerts: mine, then by what they are about; each says how many of them the last week brought."""
    asked = _asked(reader, AlertDocument) | {
        "open": array_text([str(state.value) for state in OPEN]), "week": now() - timedelta(days=7),
        "me": reader.actor.user_id,
    }  # fmt: skip
    rows = {rule: (count, new, mine) for rule, count, new, mine in fetch(_ALERTS, asked)}
    mine = sum(row[2] for row in rows.values())
    found = [
        Figure(
            code="mine", label=_("我的预警"), value=str(mine), unit=_("项"), note=_("由我负责"),
            url=list_url(AlertDocument, owner_name=reader.actor.name),
        )
    ]  # fmt: skip
    for code, label, unit, rules in _GROUPS:
        count = sum(rows.get(rule, (0, 0, 0))[0] for rule in rules)
        new = sum(rows.get(rule, (0, 0, 0))[1] for rule in rules)
        if count:
            found.append(Figure(
                code=code, label=label, value=str(count), unit=unit,
                note=ngettext("近 7 天新增 %(n)s", "近 7 天新增 %(n)s", new) % {"n": new},
                url=f"{list_url(AlertDocument)}?{urlencode([('rule', rule) for rule in rules])}",
            ))  # fmt: skip
    return found
