"""REGULATIONS §4.1: every field an article names for a record stands on that record's page or on its print.

Field → column → where: `screen` is the list, the facts, a section or the line table of the declaration, else the form
of that name. The table is written from the law; the declarations are read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.kernel.declare import DocumentType, column_path
from meridian.warehouse.documents import (
    CustomerReturnDocument,
    GoodsReceiptDocument,
    PutawayDocument,
    ShipmentDocument,
    SupplierReturnDocument,
)
from tests.architecture.source import SOURCE

SCREEN = "screen"
PRODUCT = {
    "医疗器械名称": ("device_name",), "型号": ("model",), "规格": ("specification",),
    "注册证编号/备案编号": ("registration_no",), "注册人/备案人名称": ("registrant_name",),
}  # fmt: skip
LOT = {"生产批号或序列号": ("lot_no", "serial_no")}
MADE_BY = {"受托生产企业名称": ("contract_manufacturer_name",)}
LICENSED = {"生产许可证号/备案编号": ("production_license_no",)}
EXPIRES = {"使用期限/失效日期": ("expires_on",)}
QUANTITY = {"数量": ("quantity",)}
Fields = Mapping[str, tuple[str, ...]]

RECORDS: list[tuple[str, type[DocumentType[Any, Any]], str, Fields]] = [
    (
        "进货查验记录 GSP 65", AcceptanceInspectionDocument, "acceptance_record",
        {
            **PRODUCT, **MADE_BY, **LICENSED, **LOT, **EXPIRES, **QUANTITY, "供货者名称": ("supplier_name",),
            "供货者地址": ("supplier_address",), "供货者联系方式": ("supplier_contact",), "购货日期": ("purchased_on",),
            "验收结论": ("conclusion",), "验收合格数量": ("accepted_quantity",), "验收人员": ("inspector_name",),
            "验收日期": ("accepted_at",), "唯一标识（有则记）": ("udi",), "不合格事项": ("nonconformity",),
            "处置措施": ("disposition",),
        },
    ),
    (
        "入库记录 GSP 70", PutawayDocument, SCREEN,
        {
            **PRODUCT, **MADE_BY, **LICENSED, **LOT, **EXPIRES, **QUANTITY, "入库日期": ("moved_at",),
            "唯一标识（有则记）": ("udi",),
        },
    ),
    (
        "出库复核记录 GSP 88", ShipmentDocument, "outbound_review",
        {
            **PRODUCT, **MADE_BY, **LOT, **EXPIRES, **QUANTITY, "单位": ("unit",), "购货者": ("customer_name",),
            "出库日期": ("shipped_at",), "唯一标识（有则记）": ("udi",), "不合格事项": ("review_defect",),
            "处置措施": ("held_outcome",),
        },
    ),
    (
        "随货同行单 GSP 92", ShipmentDocument, "delivery_note",
        {
            **PRODUCT, **MADE_BY, **LOT, **EXPIRES, **QUANTITY, "运输及贮存条件": ("storage_condition",),
            "供货企业名称": ("supplier_name",), "收货单位名称": ("customer_name",), "收货地址": ("delivery_address",),
            "联系方式": ("customer_contact",), "发货日期": ("shipped_at",), "出库印章": ("seal",),
        },
    ),
    (
        "运输记录 GSP 96", ShipmentDocument, "transport_record",
        {
            **{name: column for name, column in PRODUCT.items() if name != "注册人/备案人名称"}, **LOT, **QUANTITY,
            "单位": ("unit",), "收货单位名称": ("customer_name",), "收货地址": ("delivery_address",),
            "联系方式": ("customer_contact",), "发货日期": ("shipped_at",), "运输方式": ("transport_mode",),
            "承运单位/运单号（委托）": ("carrier_name", "waybill_no"),
            "车牌号/运输人员（自运）": ("vehicle_plate_no", "driver_name"),
        },
    ),
    (
        "退货记录 GSP 107", CustomerReturnDocument, SCREEN,
        {
            **PRODUCT, **MADE_BY, **LOT, **EXPIRES, "运输及贮存条件": ("storage_condition",),
            "验收人员": ("inspector_name",), "质量状况": ("quality_condition",), "退货日期": ("returned_on",),
            "原出库单号": ("original_outbound_no",), "退货单位名称": ("returning_party_name",),
            "退货原因": ("return_reason",), "退货数量": ("quantity",), "唯一标识（有则记）": ("udi",),
            "不合格事项": ("rejected_quantity",), "处置措施": ("disposition",),
        },
    ),
    (
        "收货 GSP 60, 63", GoodsReceiptDocument, SCREEN,
        {
            "采购记录": ("order_number",), "随货同行单号": ("delivery_note_number",), "运输方式": ("transport_mode",),
            "启运时间": ("departed_at",), "到货时间": ("arrived_at",), "到货温度": ("arrival_celsius",),
            "运输工具/箱号": ("transport_unit",), "收货人": ("received_by_name",), "收货时间": ("received_at",), **LOT,
            **EXPIRES, **QUANTITY,
        },
    ),
    (
        "购进退出 GSP 69", SupplierReturnDocument, SCREEN,
        {
            **PRODUCT, **LOT, **EXPIRES, **QUANTITY, "单位": ("unit",), "供货者": ("name",),
            "退货原因": ("return_reason",), "退货日期": ("returned_at",), "退货人": ("returned_by_name",),
            "运输方式": ("transport_mode",), "唯一标识（有则记）": ("udi",),
        },
    ),
]  # fmt: skip


def on_screen(declared: type[DocumentType[Any, Any]]) -> set[str]:
    """The columns a reader of the record sees, by their last name."""
    screen = declared.screen
    refs: list[Any] = [*screen.columns, *screen.facts, *(ref for part in screen.sections for ref in part.fields)]
    refs += [] if declared.lines is None else declared.lines.columns
    return {column_path(ref).rpartition("__")[2] for ref in refs}


def printed(declared: type[DocumentType[Any, Any]], form: str) -> str:
    """The template of a form."""
    [template] = [each.template for each in declared.prints if each.name == form]
    [path] = SOURCE.glob(f"*/prints/{template}.typ")
    return path.read_text(encoding="utf-8")


def missing(fields: Fields, seen: Iterable[str] | str) -> list[str]:
    return [f"{name}: {column}" for name, columns in fields.items() for column in columns if column not in seen]


@pytest.mark.parametrize(("record", "declared", "where", "fields"), RECORDS, ids=[each[0] for each in RECORDS])
def test_a_record_shows_every_field_its_article_names(
    record: str, declared: type[DocumentType[Any, Any]], where: str, fields: Fields
) -> None:
    seen = on_screen(declared) if where == SCREEN else printed(declared, where)
    assert missing(fields, seen) == [], record
