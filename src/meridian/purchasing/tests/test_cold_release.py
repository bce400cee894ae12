"""What was received cold is released into the cold, or not at all."""

from decimal import Decimal
from uuid import UUID

import pytest

from meridian.inventory.models import StockBalance
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.organization.models import Place
from meridian.organization.vocabulary import ZoneKind
from meridian.purchasing.tests.cold import cold_inbound, cold_place, cold_receipt, logged
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound

pytestmark = pytest.mark.django_db


def concluded(inbound: Inbound, receipt: UUID) -> UUID:
    """The inspection of a receipt, all of it found fit, waiting for release."""
    inbound.receive(receipt)
    inspection = inbound.inspection(receipt)
    inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"})
    inbound.conclude(inspection)
    return inspection


def keep_at(inbound: Inbound, place: UUID, low: str, high: str) -> None:
    with inbound.company.scope(), open_act(inbound.company.set_up.system):
        Place.objects.filter(pk=place).update(temperature_celsius_min=low, temperature_celsius_max=high)


def lying(inbound: Inbound) -> set[tuple[UUID, str, Decimal]]:
    with inbound.company.scope():
        rows = StockBalance.objects.filter(quantity__gt=0)
        return {(row.place_id, row.status, row.quantity) for row in rows}


def test_release_zone_fits_goods__refuses_a_zone_a_tenth_too_cold_or_warm__allows_the_very_range() -> None:
    inbound = cold_inbound()
    receipt = cold_receipt(inbound)
    logged(inbound, receipt)
    inspection = concluded(inbound, receipt)
    waiting = lying(inbound)
    green = cold_place(inbound.company, ZoneKind.QUALIFIED, "HG-LC")
    for low, high in (("1.9", "8.0"), ("2.0", "8.1")):
        keep_at(inbound, green, low, high)
        with pytest.raises(Refused) as caught:
            inbound.release(inspection)
        (finding,) = caught.value.findings
        assert (finding.code, finding.owner) == ("release_zone_fits_goods", "warehouse_manager")
        assert str(finding.evidence).endswith("须在 2.0–8.0 ℃ 贮存，本场所没有在用的这样的合格品区。")
        assert lying(inbound) == waiting
    assert inbound.refusals(inspection) == ["release_zone_fits_goods"] * 2
    keep_at(inbound, green, "2.0", "8.0")
    inbound.release(inspection)
    assert lying(inbound) == {(green, "qualified", Decimal(10))}


def test_goods_that_need_no_cold_are_released_into_the_green_zone_as_ever() -> None:
    inbound = new_inbound()
    cold_place(inbound.company, ZoneKind.QUALIFIED, "AA-LC")
    inbound.release(concluded(inbound, inbound.receipt(inbound.order("10"), [inbound.line("10")])))
    assert lying(inbound) == {(inbound.company.set_up.places[ZoneKind.QUALIFIED], "qualified", Decimal(10))}
