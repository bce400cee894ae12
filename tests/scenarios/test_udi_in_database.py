"""G19 through the doors: a lot that must carry a UDI is released once its identifier stands in the loaded catalogue."""

from collections.abc import Mapping
from typing import Any

import pytest

from meridian.items.tests.factories import BOX_DI, CASE_DI, load_snapshot
from meridian.kernel.findings import Refused
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, barcode, new_inbound

pytestmark = pytest.mark.django_db

ANSWER: Mapping[str, Any] = {
    **ALL_PASSED,
    "accepted_quantity": "10",
    "rejected_quantity": "0",
    "conclusion": "accepted",
}


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound(udi_list="third_batch")


def concluded(inbound: Inbound) -> Any:
    """An inspection of ten boxes with a scanned UDI, concluded by the inspector."""
    receipt = inbound.receipt(inbound.order(), [{**inbound.line("10"), "scanned": barcode()}])
    inbound.receive(receipt)
    inspection = inbound.inspection(receipt)
    inbound.inspect(inspection, ANSWER)
    inbound.conclude(inspection)
    return inspection


def test_udi_in_database__refuses_a_release_without_the_identifier__allows_it_once_it_is_loaded(
    inbound: Inbound,
) -> None:
    inspection = concluded(inbound)
    before = inbound.movements()
    for known in ([], [CASE_DI]):
        if known:
            load_snapshot(inbound.company, known, snapshot_on="2026-01-01")
        with pytest.raises(Refused) as refused:
            inbound.release(inspection)
        assert [finding.code for finding in refused.value.findings] == ["udi_in_database"]
    assert inbound.movements() == before
    assert inbound.refusals(inspection) == ["udi_in_database"] * 2
    load_snapshot(inbound.company, [BOX_DI, CASE_DI], snapshot_on="2026-02-01")
    inbound.release(inspection, Role.QUALITY_HEAD)
    assert inbound.movements() == before + 1
