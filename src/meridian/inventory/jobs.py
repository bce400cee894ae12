"""What the stock book does by itself, in every company."""

from meridian.inventory.services import keep_month_ends
from meridian.kernel.act import open_act
from meridian.kernel.sql import fetch
from meridian.organization.services import system_actor


def keep_all_month_ends() -> str:
    """Keeps the month ends that are due, company by company, each in an act of its own."""
    kept = 0
    for (company_id,) in fetch("SELECT id FROM organization_company ORDER BY id"):
        with open_act(system_actor(company_id)) as act:
            kept += keep_month_ends(company_id, today=act.instant.date())
    return f"{kept}"
