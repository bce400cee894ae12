"""The trail of a record tells sites and warehouses by the name they had when it was written."""

from uuid import UUID

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.kernel.act import open_act
from meridian.kernel.models import User
from meridian.organization.models import Place, Site
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, new_inbound

pytestmark = pytest.mark.django_db


def page(inbound: Inbound, receipt: UUID, section: str = "trail") -> str:
    client = Client()
    client.force_login(User.objects.get(pk=inbound.company.actors[Role.RECEIVER].user_id), backend=BACKEND)
    return client.get(f"/warehouse/goods-receipts/{receipt}/?section={section}").content.decode()


def renamed(inbound: Inbound, site: str, warehouse: str) -> None:
    with open_act(inbound.company.set_up.system):
        Site.objects.filter(pk=inbound.company.set_up.site_id).update(name=site)
        Place.objects.filter(kind="warehouse").update(name=warehouse)


def test_a_record_keeps_the_name_its_site_and_warehouse_had() -> None:
    inbound = new_inbound()
    before = inbound.receipt(inbound.order())
    renamed(inbound, "苏州分部", "二号库")
    after = inbound.receipt(inbound.order())
    old, new = page(inbound, before), page(inbound, after)
    assert "S1 总部" in old
    assert "WH1 主仓库" in old
    assert "苏州分部" not in old
    assert "S1 苏州分部" in new
    assert "WH1 二号库" in new
    for text in (old, new):
        assert str(inbound.company.set_up.site_id) not in text
