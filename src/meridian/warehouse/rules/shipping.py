"""Gates of a shipment: within its order, reviewed by another person, with a complete delivery note."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.inventory.models import SupplyDemand
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Text, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role
from meridian.warehouse.queries.shipment import OrderShare, ReviewFinding
from meridian.warehouse.vocabulary import ReviewDefect, TransportMode


class ShipsOrderLines(Protocol):
    """A document that ships what an order asks for."""

    @property
    def order_number(self) -> str: ...
    @property
    def shares(self) -> Sequence[OrderShare]: ...


@gate(
    law="GSP-84",
    blocks="发货超出销售订单 · shipping more than the order asks for",
    locks=[SupplyDemand],
    aliases=["SHIPMENT_OVER_ORDER"],
)
def quantity_within_order_line(facts: ShipsOrderLines, moment: Moment) -> Sequence[Breach]:
    """Every line ships an open line of its own order, and no more than is still open on it (GSP Art 84)."""
    del moment
    breaches = []
    for share in facts.shares:
        if not share.is_of_order:
            evidence = message("{item} 不在订单 {order} 中。", item=share.item_number, order=facts.order_number)
        elif not share.is_open:
            evidence = message("订单 {order} 的 {item} 已关闭，不再发货。", order=facts.order_number,
                               item=share.item_number)  # fmt: skip
        elif share.wanted > share.still_open:
            evidence = message("{item}：本单 {wanted}，订单 {order} 只余 {open} 未发。", item=share.item_number,
                               wanted=share.wanted, order=facts.order_number, open=share.still_open)  # fmt: skip
        else:
            continue
        breaches.append(Breach(evidence=evidence, subject_id=share.line_id, owner=Role.SALES_MANAGER))
    return breaches


class Reviewed(Protocol):
    """A document that one person picks and another reviews; both are read from its trail of moves."""

    @property
    def picker_id(self) -> UUID | None: ...
    @property
    def reviewer_id(self) -> UUID | None: ...


@gate(
    law="G32",
    blocks="未经出库复核，或复核人就是拣货人 · no outbound review, or reviewed by the picker",
    aliases=["OUTBOUND_REVIEW_REQUIRED"],
)
def outbound_reviewed(facts: Reviewed, moment: Moment) -> Sequence[Breach]:
    """Somebody other than the picker has reviewed the goods since they were picked (GSP Art 87)."""
    del moment
    if facts.reviewer_id is None:
        evidence = message("尚未出库复核。")
    elif facts.reviewer_id == facts.picker_id:
        evidence = message("复核人与拣货人是同一人。")
    else:
        return []
    return [Breach(evidence=evidence, owner=Role.REVIEWER, remedy=Remedy(label="出库复核", transition="review"))]


class HasFindings(Protocol):
    """A document whose goods were reviewed before they leave."""

    @property
    def findings(self) -> Sequence[ReviewFinding]: ...


@gate(
    law="G33",
    blocks="复核发现包装、标签、效期等异常 · outbound review found a defect",
    aliases=["OUTBOUND_REVIEW_FAILED"],
)
def outbound_review_passed(facts: HasFindings, moment: Moment) -> Sequence[Breach]:
    """The review found none of the four defects for which goods must not leave (GSP Art 87)."""
    del moment
    remedy = Remedy(label="复核不通过，转质量处理", transition="fail_review")
    return [
        Breach(evidence=message("批号 {lot}：{defect}。{note}", lot=finding.lot,
                                defect=ReviewDefect(finding.defect).label, note=finding.note),
               subject_id=finding.line_id, owner=Role.REVIEWER, remedy=remedy)
        for finding in facts.findings
    ]  # fmt: skip


@gate(
    law="GSP-88",
    blocks="没有写明复核发现的问题 · what the review found is not said",
    aliases=["REVIEW_FINDINGS_MISSING"],
)
def review_findings_named(facts: HasFindings, moment: Moment) -> Sequence[Breach]:
    """A failed review names the defect of at least one line; a defect of no listed kind is described (GSP Art 88)."""
    del moment
    if not facts.findings:
        return [Breach(evidence=message("请先在有问题的行填写“复核不合格事项”。"), owner=Role.REVIEWER)]
    return [
        Breach(evidence=message("批号 {lot}：请在“质量状况”写明异常。", lot=finding.lot), subject_id=finding.line_id,
               owner=Role.REVIEWER)
        for finding in facts.findings
        if finding.defect == ReviewDefect.OTHER and not finding.note
    ]  # fmt: skip


@gate(
    law="GSP-40",
    blocks="没有可隔离存放的货位 · no place to set the goods apart",
    aliases=["NO_ISOLATION_PLACE"],
    locks=[Place],
)
def isolation_place_found(facts: HasFindings, moment: Moment) -> Sequence[Breach]:
    """There is a zone in use, fit for temperature, that may hold what must not be sold (GSP Art 40, 42)."""
    del moment
    return [
        Breach(evidence=message("批号 {lot}：本场所没有在用的、温度合适的待验区或不合格区。", lot=finding.lot),
               subject_id=finding.line_id, owner=Role.WAREHOUSE_MANAGER)
        for finding in facts.findings
        if finding.isolate_at is None
    ]  # fmt: skip


class Transport(Protocol):
    """How goods travel, as the transport record says it."""

    @property
    def transport_mode(self) -> str: ...
    @property
    def carrier_name(self) -> str: ...
    @property
    def waybill_no(self) -> str: ...
    @property
    def vehicle_plate_no(self) -> str: ...
    @property
    def driver_name(self) -> str: ...


class IsTransported(Protocol):
    """A document that leaves by a transport."""

    @property
    def note(self) -> Transport: ...


@gate(
    law="GSP-96",
    blocks="运输记录缺项 · transport record lacks a field",
    aliases=["TRANSPORT_RECORD_INCOMPLETE"],
)
def transport_record_complete(facts: IsTransported, moment: Moment) -> Sequence[Breach]:
    """Entrusted transport names carrier and waybill, own transport plate and staff (GSP Art 96)."""
    del moment
    how = facts.note
    asked: dict[str, Sequence[tuple[Text, str]]] = {
        TransportMode.CARRIER: ((_("承运单位"), how.carrier_name), (_("运单号"), how.waybill_no)),
        TransportMode.OWN: ((_("车牌号"), how.vehicle_plate_no), (_("运输人员"), how.driver_name)),
    }
    return [
        Breach(evidence=message("运输方式为“{mode}”，请填写“{field}”。", mode=TransportMode(how.transport_mode).label,
                                field=label), owner=Role.KEEPER)
        for label, value in asked.get(how.transport_mode, ())
        if not value
    ]  # fmt: skip


class NoteLine(Protocol):
    """One device as the delivery note names it."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def missing(self) -> Sequence[Text]: ...


class DeliveryNote(Protocol):
    """A delivery note 随货同行单 before it is printed; `missing` are labels of empty fields the law names."""

    @property
    def missing(self) -> Sequence[Text]: ...
    @property
    def lines(self) -> Sequence[NoteLine]: ...


class HasDeliveryNote(Protocol):
    """A document that leaves with a delivery note."""

    @property
    def note(self) -> DeliveryNote: ...


@gate(
    law="G34",
    blocks="随货同行单缺项或缺出库印章 · delivery note lacks a field or its seal",
    aliases=["DELIVERY_NOTE_INCOMPLETE"],
)
def delivery_note_complete(facts: HasDeliveryNote, moment: Moment) -> Sequence[Breach]:
    """The delivery note has every field of GSP Art 92 on every line, and the outbound seal."""
    del moment
    remedy = Remedy(label="退回修改", transition="send_back")
    breaches = [
        Breach(evidence=message("随货同行单缺“{field}”。", field=label), owner=Role.KEEPER, remedy=remedy)
        for label in facts.note.missing
    ]
    for position, line in enumerate(facts.note.lines, start=1):
        breaches += [
            Breach(evidence=message("随货同行单第 {line} 行缺“{field}”。", line=position, field=label),
                   subject_id=line.line_id, owner=Role.QUALITY_STAFF, remedy=remedy)
            for label in line.missing
        ]  # fmt: skip
    return breaches
