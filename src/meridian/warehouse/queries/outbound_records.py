"""The data of the records of a shipment: its outbound review 出库复核记录 and its transport 运输记录."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from meridian.evidence.personal import revealed
from meridian.warehouse.models import Shipment, ShipmentLine

_HEAD = (
    "number", "order_number", "customer_name", "customer_contact", "delivery_address", "transport_mode", "carrier_name",
    "waybill_no", "vehicle_plate_no", "driver_name", "picked_by_name", "reviewed_by_name", "reviewed_at", "shipped_at",
    "held_outcome", "supplier_name",
)  # fmt: skip
_LINE = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "lot_no", "serial_no", "expires_on", "udi", "unit", "quantity", "review_defect", "review_note", "storage_condition",
)  # fmt: skip


def outbound_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The head by column, `lines` in order, of GSP Art 88 (review) and Art 96 (transport). Two statements."""
    del company_id
    head = Shipment.objects.filter(pk=document_id).values(*_HEAD).get()
    lines = ShipmentLine.objects.filter(document_id=document_id).order_by("line_no").values(*_LINE)
    return {**head, "customer_contact": revealed(head["customer_contact"]), "lines": list(lines)}
