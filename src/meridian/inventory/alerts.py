"""What is warned of about stock: lots near their expiry or past it (GSP Art 51(6), 76)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.papers import horizon
from meridian.alerts.vocabulary import Stage, stage_of
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.vocabulary import Role

_LOTS = """
SELECT b.lot_id, t.site_id, coalesce(nullif(l.serial_no, ''), l.lot_no), i.device_name, b.expires_on
FROM (SELECT lot_id, item_id, min(place_id::text)::uuid AS place_id, min(expires_on) AS expires_on
      FROM inventory_balance WHERE company_id = %(company)s AND is_there AND expires_on <= %(until)s
      GROUP BY lot_id, item_id) b
CROSS JOIN LATERAL (SELECT x.site_id FROM organization_place x
                    WHERE x.id = b.place_id AND x.company_id = %(company)s LIMIT 1) t
CROSS JOIN LATERAL (SELECT x.lot_no, x.serial_no FROM inventory_lot x
                    WHERE x.id = b.lot_id AND x.company_id = %(company)s LIMIT 1) l
CROSS JOIN LATERAL (SELECT x.device_name FROM items_item x
                    WHERE x.id = b.item_id AND x.company_id = %(company)s LIMIT 1) i
ORDER BY b.expires_on, b.lot_id
"""


def expiring_lots(today: date) -> Sequence[Condition]:
    """Lots on hand within ninety days of their last day, or past it; one statement."""
    found = []
    for lot_id, site_id, lot_no, name, last_day in fetch(
        _LOTS, {"company": current_company_id(), "until": horizon(today)}
    ):
        stage = stage_of(last_day, today)
        figures = {"name": name, "lot": lot_no, "day": last_day}
        is_expired = stage is Stage.EXPIRED
        found.append(Condition(
            subject_type="lot", subject_id=lot_id, subject_number=f"{name} {lot_no}"[:160], site_id=site_id,
            fact=message("{name} 批号 {lot} 已于 {day} 过期，仍有库存", **figures) if is_expired
            else message("{name} 批号 {lot} 有效至 {day}，仍有库存", **figures),
            consequence=message("不得销售；移入不合格品区，退货或销毁。") if is_expired
            else message("优先销售、调拨或退回供货者。"),
            url=f"/inventory/lots/{lot_id}", due_on=last_day, stage=stage,
        ))  # fmt: skip
    return found


RULES = (
    AlertRule(
        "stock_expiry", _("库存近效期与过期"), (Role.WAREHOUSE_MANAGER, Role.QUALITY_STAFF, Role.QUALITY_HEAD),
        expiring_lots, verb=_("查看批次"),
    ),
)  # fmt: skip
