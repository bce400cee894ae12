"""G19's re-check: what was released by waiver leaves for seven days, then only once its identifier is published."""

from uuid import UUID

import pytest
from django.utils.timezone import localdate

from meridian.competence.tests.factories import qualification
from meridian.inspection.alerts import unpublished_lots
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.queries import udi_rechecks
from meridian.items.tests.factories import BOX_DI, approved_item, load_snapshot
from meridian.kernel.clock import now
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.findings import Refused
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, PACKAGES, ROLES, Inbound, barcode
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.tests.outbound import House
from tests.scenarios.clock import YEAR, site_clock

pytestmark = pytest.mark.django_db
POSTS = tuple(dict.fromkeys((*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER,
                             Role.WAREHOUSE_MANAGER)))  # fmt: skip
PUBLISHED_LATER = f"{YEAR}-08-11"


class Story:
    """Twenty boxes released on 08-03 by the quality staff's waiver: no snapshot knows their identifier."""

    def __init__(self) -> None:
        site_clock(YEAR, 8, 3, 10, 0)
        company = new_company(POSTS)
        item = approved_item(company, identifiers=PACKAGES, udi_list="third_batch", **MAKER)
        self.inbound = Inbound(company, approved_supplier(company), item)
        self.house = House(company, item, approved_customer(company))
        qualification(company, company.actors[Role.INSPECTOR].user_id)
        line = {**self.inbound.line("20", expires_on=f"{YEAR + 2}-12-31"), "scanned": barcode(last="481231")}
        receipt = self.inbound.receipt(self.inbound.order("20"), [line])
        self.inbound.receive(receipt)
        inspection = self.inbound.inspection(receipt)
        self.inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "20", "conclusion": "accepted"})
        self.inbound.conclude(inspection)
        fields = {"gate_code": "udi_in_database", **company.about(AcceptanceInspectionDocument, inspection),
                  "justification": "注册人已提交数据，待公布", "ends_on": f"{YEAR}-12-31"}  # fmt: skip
        waiver = company.draft(WaiverDocument, fields, role=Role.QUALITY_STAFF).document_id
        company.perform(WaiverDocument.sign_alone, waiver, role=Role.QUALITY_STAFF)
        self.inbound.release(inspection, Role.QUALITY_HEAD)

    def drafted(self) -> UUID:
        """A shipment of one box."""
        return self.house.shipment(confirmed_order(self.house, "1"))

    def refused(self, shipment: UUID) -> list[str]:
        """The codes a pick is refused with; it stays a draft."""
        with pytest.raises(Refused) as caught:
            self.house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
        assert self.house.state_of(shipment) == "draft"
        return [finding.code for finding in caught.value.findings]

    def warned(self) -> list[str]:
        """What the alert rule finds: on whom, and with what consequence."""
        with self.house.company.scope():
            return [f"{each.fact} {each.consequence}" for each in unpublished_lots(localdate(now()))]


@pytest.fixture
def story() -> Story:
    return Story()


def test_udi_recheck_in_time__allows_the_seventh_day__refuses_the_eighth__until_it_is_published(story: Story) -> None:
    [warned] = story.warned()
    assert BOX_DI in warned
    assert f"须在 {YEAR}-08-10 前载入新目录复核。" in warned
    site_clock(YEAR, 8, 10, 23, 0)
    story.house.to_shipped(story.drafted())
    site_clock(YEAR, 8, 11, 0, 1)
    late = story.drafted()
    assert story.refused(late) == ["udi_recheck_in_time"]
    assert story.house.refusals(late) == ["udi_recheck_in_time"]
    load_snapshot(story.house.company, ["06900000000012"], snapshot_on=PUBLISHED_LATER)
    assert story.refused(late) == ["udi_recheck_in_time"]  # another download without it settles nothing
    load_snapshot(story.house.company, [BOX_DI], snapshot_on=PUBLISHED_LATER)
    story.house.to_shipped(late)
    assert story.warned() == []


def test_goods_picked_in_time_do_not_leave_after_the_seventh_day(story: Story) -> None:
    site_clock(YEAR, 8, 10, 23, 0)
    shipment, company = story.drafted(), story.house.company
    company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
    site_clock(YEAR, 8, 11, 0, 1)
    with pytest.raises(Refused) as caught:
        company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)
    assert [finding.code for finding in caught.value.findings] == ["udi_recheck_in_time"]


def test_a_lot_that_was_published_when_it_was_released_is_never_checked_again(story: Story) -> None:
    load_snapshot(story.house.company, [BOX_DI], snapshot_on=f"{YEAR}-08-01")
    with story.house.company.scope():
        assert udi_rechecks() == {}
