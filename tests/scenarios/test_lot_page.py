"""Everything known about a lot stands on its page, as far as its reader may see each part."""

import re
from datetime import date

import pytest
from django.test import Client

from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.vocabulary import Role
from tests.scenarios.test_comments import said
from tests.scenarios.test_data_scope import RECEIPTS, TwoSites, sites

__all__ = ["sites"]
pytestmark = pytest.mark.django_db
PARTS = ("stock", "movements", "documents", "blocks", "statuses", "customers", "reservations", "files", "comments",
         "labels", "scans", "temperatures")  # fmt: skip


def part(client: Client, lot: object, name: str) -> str:
    """The words of one part of a lot's page."""
    answer = client.get(f"/inventory/lots/{lot}?section={name}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'section={name}" class="on"' in page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="sections"', 1)[1]))


def test_a_lot_tells_its_supplier_its_statuses_its_files_and_what_was_said(sites: TwoSites) -> None:
    lot = sites.shelved("P1", far=False, expires_on="2029-01-04")
    client = sites.browser(Role.INSPECTOR)
    page = client.get(f"/inventory/lots/{lot}").content.decode()
    receipt = re.findall(r"/warehouse/goods-receipts/([0-9a-f-]{36})/", page)[0]
    assert "供货者" in page
    assert sites.number(receipt) in page
    statuses = part(client, lot, "statuses")
    assert statuses.index("待验 合格") < statuses.index("供货者 待验"), "the newest first"
    assert sites.inbound.company.actors[Role.RECEIVER].name in statuses
    said(client, f"/{RECEIPTS}/{receipt}/", "外箱有压痕")
    assert "外箱有压痕" in part(client, lot, "comments")
    assert "没有预留" in part(client, lot, "reservations")
    assert "没有发给任何客户" in part(client, lot, "customers")
    assert "没有扫码记录" in part(client, lot, "scans")
    documents = part(client, lot, "documents")
    assert "验收" in documents


def test_parts_hold_back_what_their_reader_may_not_read(sites: TwoSites) -> None:
    lot = sites.shelved("P2", far=False, expires_on="2029-01-04")
    page = sites.browser(Role.INSPECTOR).get(f"/inventory/lots/{lot}").content.decode()
    receipt = re.findall(r"/warehouse/goods-receipts/([0-9a-f-]{36})/", page)[0]
    said(sites.browser(Role.INSPECTOR), f"/{RECEIPTS}/{receipt}/", "只给看得到收货单的人")
    sites.limit(Role.KEEPER, "site", sites.far)
    keeper = sites.browser(Role.KEEPER)
    assert "只给看得到收货单的人" not in part(keeper, lot, "comments")
    assert sites.number(receipt) not in part(keeper, lot, "documents")
    assert "没有状态变化" in part(keeper, lot, "statuses")


def test_every_part_answers_in_few_statements(sites: TwoSites) -> None:
    lot = sites.shelved("P3", far=False, expires_on=date(2029, 1, 4).isoformat())
    client = sites.browser(Role.INSPECTOR)
    part(client, lot, "stock")
    for name in PARTS:
        with counted_statements() as statements:
            part(client, lot, name)
        assert len(statements) <= 20, (name, len(statements))
