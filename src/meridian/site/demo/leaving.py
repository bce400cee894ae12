"""The last days of the demonstration: what is left undone, doubted, expired or refused, so that everyone has work."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from meridian.accounts.documents import AccessChangeDocument
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inventory.models import StockBalance
from meridian.kernel.declare import DocumentType
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.findings import Refused
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import AccountingPeriod
from meridian.ledger.vocabulary import PeriodState
from meridian.organization.vocabulary import LicenceKind, Role
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument
from meridian.site.demo.buying import Delivery
from meridian.site.demo.products import Product
from meridian.site.demo.trade import House
from meridian.warehouse.documents import (
    CustomerReturnDocument,
    GoodsReceiptDocument,
    InternalMoveDocument,
    QualityHoldDocument,
    ShipmentDocument,
    StockAdjustmentDocument,
    SupplierReturnDocument,
)
from meridian.warehouse.models import CustomerReturnLine, GoodsReceiptLine, Shipment, ShipmentLine
from meridian.warehouse.vocabulary import ShipmentState

SAMPLES = 2
RETURNED = 1
GIFT = 2
"""Units that came beyond the order."""


@dataclass
class Leaving:
    """The house in its last week."""

    house: House

    def everything(self) -> None:
        """One day after the other, up to today."""
        days = self.house.days
        days.go_to(7, "09:00")
        self.suspend_parties()
        days.go_to(6, "09:20")
        self.doubt_lots()
        days.go_to(5, "09:30")
        self.leave_purchases()
        days.go_to(3, "16:30")
        self.leave_arrivals()
        days.go_to(2, "08:30")
        self.scrap_expired()
        days.go_to(2, "10:00")
        self.leave_sales()
        self.leave_shelves()
        days.go_to(1, "08:50")
        self.leave_returns()
        days.go_to(1, "09:00")
        self.leave_papers()
        days.go_to(1, "09:30")
        self.house.buying.scan_in(self._ordered(is_cold=False), 1, times=7)

    def suspend_parties(self) -> None:
        """Quality suspends those who failed the yearly review."""
        staff = self.house.staff
        for party in (*self.house.suppliers.values(), *self.house.customers):
            if party.state == "suspended":
                declared = SupplierDocument if party.code else CustomerDocument
                staff.perform(Role.QUALITY_STAFF, declared.suspend, party.id, reason="年度复审未通过")

    def scrap_expired(self) -> None:
        """Of the lots that have expired one is scrapped, one waits for the quality head; samples leave for a test."""
        staff = self.house.staff
        expired = self._stock(lot__expires_on__lt=self.house.days.ago(2))
        for position, row in enumerate(expired[:2]):
            made = self._adjustment("expired", row, row.quantity, "超过有效期")
            if position == 0:
                staff.perform(Role.QUALITY_HEAD, StockAdjustmentDocument.approve, made)
                staff.perform(Role.KEEPER, StockAdjustmentDocument.post, made, reason="按批准报废")
        fresh = self._stock(lot__expires_on__gt=self.house.days.ago(-300), quantity__gt=50)
        made = self._adjustment("sample", fresh[0], SAMPLES, "留样观察")
        staff.perform(Role.KEEPER, StockAdjustmentDocument.post, made, reason="留样")

    def _stock(self, **conditions: Any) -> Sequence[StockBalance]:
        rows = StockBalance.objects.filter(**{"status": "qualified", "quantity__gt": 0, **conditions})
        return list(rows.select_related("lot").order_by("lot__expires_on", "lot_id")[:12])

    def _adjustment(self, cause: str, row: StockBalance, quantity: Any, note: str) -> Any:
        line = {"lot": row.lot_id, "place": row.place_id, "stock_status": row.status, "quantity": quantity}
        return self.house.staff.draft(Role.KEEPER, StockAdjustmentDocument, {"cause": cause, "note": note}, [line])

    def doubt_lots(self) -> None:
        """Two lots are locked, a third was locked and is free again, a doubt about a fourth is being written."""
        staff = self.house.staff
        doubts = (
            "客户反映内包装有异味",
            "厂家通知核查同批次标签",
            "温度记录仪短时断电，待评估",
            "外箱受压变形",
        )
        fresh = self._stock(lot__expires_on__gt=self.house.days.ago(-200))
        for position, (row, doubt) in enumerate(zip(fresh[2:6], doubts, strict=True)):
            made = staff.draft(Role.KEEPER, QualityHoldDocument, {"lot": row.lot_id, "doubt": doubt})
            if position < 3:
                staff.perform(Role.KEEPER, QualityHoldDocument.hold, made)
            if position == 2:
                staff.perform(Role.QUALITY_STAFF, QualityHoldDocument.lift, made, reason="记录补齐，未超温")

    def leave_purchases(self) -> None:
        """Goods to receive, to inspect and to release; orders to release, one of a supplier whose licence ran out."""
        house, buying = self.house, self.house.buying
        deliveries = [house.ordered(5) for _each in range(6)]
        for delivery in deliveries[:4]:
            buying.release(delivery)
        house.days.go_to(3, "10:00")
        receipts = [buying.arrive(delivery, 3) for delivery in deliveries[:3]]
        inspections = [buying.receive(receipt) for receipt in receipts[:2]]
        self.waive(receipts[2], inspections[1])
        house.days.go_to(3, "15:00")
        buying.inspect(inspections[0], damaged=1)
        expired = house.suppliers["WS"]
        refused = buying.order(expired, [(product, 20) for product in house.of_maker["WS"][:3]], 3)
        with suppress(Refused):  # its licence has run out: the attempt stands in the order's history
            buying.release(refused)

    def leave_arrivals(self) -> None:
        """Cold goods to receive, cold goods on hold after an excursion, goods that were sent away without a note."""
        buying, staff = self.house.buying, self.house.staff
        on_time, too_warm = (self._ordered(is_cold=True) for _each in range(2))
        buying.arrive(on_time, 3)
        held = buying.arrive(too_warm, 3, warmest="9.4")
        with suppress(Refused):  # warmer than allowed: the attempt stands in the receipt's history
            buying.receive(held)
        staff.perform(Role.RECEIVER, GoodsReceiptDocument.accept_to_hold, held, reason="在途一次升至 9.4 ℃，待质量确认")
        papers = {"note_presence": "missing", "note_form": "", "note_lines": "", "delivery_note_number": ""}
        refused = buying.arrive(self._ordered(is_cold=False), 3, **papers)
        staff.perform(
            Role.RECEIVER, GoodsReceiptDocument.refuse_goods, refused, reason="没有随货同行单，送货人当场带回"
        )

    def _ordered(self, *, is_cold: bool) -> Delivery:
        """A released order of two products of one maker, cold or not."""
        house = self.house
        offered = next(
            chosen
            for maker in house.makers
            if house.suppliers[maker].state == "approved"
            for chosen in [_fitting(house.of_maker[maker], is_cold=is_cold)]
            if chosen
        )
        made = house.buying.order(house.suppliers[offered[0].family.maker], [(each, 20) for each in offered[:2]], 6)
        house.buying.release(made)
        return made

    def waive(self, receipt: UUID, inspection: UUID) -> None:
        """Goods beyond the order are waived and may be received; a short life is waived by one of two who must sign."""
        staff, ends_on = self.house.staff, self.house.days.ago(-14)
        rows = list(GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no"))
        more = [{"id": row.pk, "quantity": row.quantity + (GIFT if row is rows[0] else 0)} for row in rows]
        staff.draft(Role.RECEIVER, GoodsReceiptDocument, {}, more, document_id=receipt)
        with suppress(Refused):  # more than was ordered: the attempt stands in the receipt's history
            self.house.buying.receive(receipt)
        gift = self._waiver(
            "quantity_within_order", GoodsReceiptDocument, receipt, "供方随货赠送两件，同意接收", ends_on
        )
        staff.perform(Role.PURCHASING_MANAGER, WaiverDocument.sign_alone, gift)
        gate = "remaining_life_meets_receipt_minimum"
        short = self._waiver(gate, AcceptanceInspectionDocument, inspection, "临床急用，效期内可用完", ends_on)
        staff.perform(Role.PURCHASING_MANAGER, WaiverDocument.sign_first, short)

    def _waiver(
        self, gate: str, declared: type[DocumentType[Any, Any]], subject: UUID, why: str, ends_on: date
    ) -> UUID:
        with self.house.staff.reading():
            number = declared.model.objects.values_list("number", flat=True).get(pk=subject)
        fields = {"gate_code": gate, "subject_type": declared.code, "subject_number": number, "quantity": GIFT,
                  "justification": why, "ends_on": ends_on}  # fmt: skip
        return self.house.staff.draft(Role.PURCHASING_MANAGER, WaiverDocument, fields)

    def leave_sales(self) -> None:
        """Orders to confirm, to allocate, to pick, to review and to ship."""
        house, selling = self.house, self.house.selling
        orders = [order for order in (house.sold(2) for _each in range(8)) if order]
        for order in orders[:6]:
            selling.confirm(order)
        house.days.go_to(1, "08:30")
        picked = [shipment for shipment in map(selling.pick_for, orders[:4]) if shipment]
        for shipment in picked[:1]:
            selling.review(shipment)
        self.fail_review(picked[1])
        selling.allocate(orders[4])

    def fail_review(self, shipment: UUID) -> None:
        """The reviewer finds a broken box; what is in it waits for the quality head."""
        staff = self.house.staff
        rows = ShipmentLine.objects.filter(document_id=shipment).order_by("line_no")
        found: list[dict[str, Any]] = [{"id": row.pk} for row in rows]
        found[0] |= {"review_defect": "package", "review_note": "外箱压破，封条断开"}
        staff.draft(Role.REVIEWER, ShipmentDocument, {}, found, document_id=shipment)
        staff.perform(Role.REVIEWER, ShipmentDocument.fail_review, shipment, reason="外箱压破，封条断开")

    def leave_shelves(self) -> None:
        """Goods are to change their shelf; what was rejected goes back: one return approved, one being written."""
        staff = self.house.staff
        row = self._stock(quantity__gt=20, lot__expires_on__gt=self.house.days.ago(-200))[0]
        line = {"lot": row.lot_id, "place": row.place_id, "stock_status": row.status, "quantity": 10}
        staff.draft(Role.KEEPER, InternalMoveDocument, {"note": "腾出整托货位"}, [line])
        rejected = StockBalance.objects.filter(status="nonconforming", quantity__gt=0).order_by("lot_id", "place_id")
        for position, row in enumerate(rejected[:2]):
            receipt = GoodsReceiptLine.objects.filter(lot_no=row.lot.lot_no).select_related("document").latest("pk")
            fields = {"supplier": receipt.document.supplier_id, "return_reason": "外包装破损，验收不合格"}
            back = {"lot": row.lot_id, "place": row.place_id, "stock_status": row.status, "quantity": row.quantity}
            made = staff.draft(Role.BUYER, SupplierReturnDocument, fields, [back])
            if position == 0:
                staff.perform(Role.QUALITY_HEAD, SupplierReturnDocument.approve, made)

    def leave_returns(self) -> None:
        """Customers send goods back: one return is inspected, one waits for the inspector, one is being written."""
        staff = self.house.staff
        shipped = Shipment.objects.filter(state=ShipmentState.SHIPPED).order_by("-shipped_at", "-id")[:3]
        for shipment, why in zip(shipped, ("外包装压损", "规格与需求不符", "多发一盒"), strict=True):
            line = ShipmentLine.objects.filter(document=shipment).order_by("line_no").first()
            if line is None:
                raise LookupError(f"{shipment.number} left without a line")
            fields = {
                "shipment": shipment.pk,
                "return_reason": why,
                "temperature_proof": f"随货温度记录 {shipment.number}",
            }
            back = [{"lot": line.lot_id, "quantity": RETURNED}]
            made = staff.draft(Role.RECEIVER, CustomerReturnDocument, fields, back)
            if why != "多发一盒":
                staff.perform(Role.RECEIVER, CustomerReturnDocument.receive, made)
            if why == "外包装压损":
                row = CustomerReturnLine.objects.get(document_id=made)
                found = {"id": row.pk, "accepted_quantity": 0, "rejected_quantity": RETURNED,
                         "quality_condition": "外包装压损", "disposition": "destroy"}  # fmt: skip
                staff.draft(Role.INSPECTOR, CustomerReturnDocument, {}, [found], document_id=made)
                staff.perform(Role.INSPECTOR, CustomerReturnDocument.inspect, made)

    def leave_papers(self) -> None:
        """A renewed paper to check, a new colleague to let in, a closed month that finance asks to reopen.

        The accountant may close months since today; a reviewer's lost authenticator is to be reset.
        """
        house = self.house
        renewed = next(party for party in house.customers if party.state == "expired")
        fields = {"customer": renewed.id, "kind": LicenceKind.PRACTICE_LICENSE, "licence_no": "PDY9006891",
                  "issued_by": "江南省卫生健康委员会", "valid_from": house.days.ago(11),
                  "valid_until": house.days.ago(-1800)}  # fmt: skip
        scope = [{"device_class": "", "class_code": code} for code in renewed.scope]
        house.staff.draft(Role.QUALITY_STAFF, LicenceDocument, fields, scope)
        change = {
            "kind": "create_user",
            "username": "keeper.zhu",
            "person_name": "朱迪",
            "justification": "新入职",
        }
        made = house.staff.draft(Role.SYSTEM_ADMIN, AccessChangeDocument, change)
        house.staff.perform(Role.SYSTEM_ADMIN, AccessChangeDocument.submit, made)
        close = AccountingPeriodDocument.close.permission
        grant = {"kind": "grant_right", "role_code": Role.ACCOUNTANT.value, "permission": close,
                 "justification": "月末由会计办理结账，财务主管复核"}  # fmt: skip
        granted = house.staff.draft(Role.SYSTEM_ADMIN, AccessChangeDocument, grant)
        house.staff.perform(Role.SYSTEM_ADMIN, AccessChangeDocument.submit, granted)
        house.staff.perform(Role.QUALITY_STAFF, AccessChangeDocument.put_into_force, granted)
        reset = {"kind": "reset_sign_in", "username": Role.REVIEWER.value, "justification": "更换手机，验证器丢失"}
        house.staff.draft(Role.SECURITY_ADMIN, AccessChangeDocument, reset)
        closed = AccountingPeriod.objects.filter(state=PeriodState.CLOSED).latest("month")
        reason = "补记运费发票"
        house.staff.perform(Role.FINANCE_MANAGER, AccountingPeriodDocument.request_reopening, closed.pk, reason=reason)


def _fitting(products: Sequence[Product], *, is_cold: bool) -> list[Product]:
    return [each for each in products if each.family.is_cold_chain is is_cold and not each.family.is_serial]
