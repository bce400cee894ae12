"""Reading the logger's file of a cold delivery: what it says about the way here is kept as evidence of its own."""

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.act import OpenAct, answer_claim, open_act, request_hash
from meridian.kernel.context import Actor, in_company
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.steps import find_and_lock
from meridian.organization.queries import zone_of_site
from meridian.platform.attachments.files import content_of
from meridian.platform.attachments.keeping import attachment_of, may_attach
from meridian.platform.attachments.models import Attachment
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.logger_faults import Fault, LogFaultError
from meridian.warehouse.logger_file import Reading, extremes, read_logger_file, time_outside
from meridian.warehouse.models import GoodsReceipt, TransitLog
from meridian.warehouse.queries.transit import shared_limits


def read_transit_log(receipt_id: UUID, attachment_id: UUID, *, actor: Actor, key: str = "") -> UUID:
    """Reads a file attached to a receipt; the key of the evidence it leaves. One act; the same key answers again.

    Raises Refused, recorded: 404, 403, 409 `record_locked`, `attachment_withdrawn`, `attachment_damaged`, 422
    `field_required` without a departure, `transit_log_unreadable` naming line and column.
    """
    declared = GoodsReceiptDocument
    request = request_hash("transit-log", receipt_id, attachment_id)
    try:
        with open_act(actor, key=key, request=request) as act:
            if act.replay is not None:
                return UUID(act.replay["id"])
            grants = grants_of(actor)
            receipt = find_and_lock(declared, receipt_id, grants)
            if not may_attach(declared, receipt, grants):
                raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有读取温度记录的权限。"),
                              owner=",".join(declared.drafted_by))  # fmt: skip
            row = _kept(receipt, attachment_of(declared, receipt_id, attachment_id), act)
            answer_claim(act, {"id": str(row.pk)})
            return row.pk
    except Refused as refused:
        with in_company(actor.company_id):
            record_refusal(refused, actor, declared, receipt_id, "read_transit_log")
        raise


def _kept(receipt: GoodsReceipt, file: Attachment, act: OpenAct) -> TransitLog:
    if receipt.state not in GoodsReceiptDocument.editable_in:
        raise refusal("record_locked", HTTPStatus.CONFLICT,
                      message("{number} 已办结，不再读取温度记录。", number=receipt.number))  # fmt: skip
    if file.withdrawn_at is not None:
        raise refusal("attachment_withdrawn", HTTPStatus.CONFLICT, message("{name} 已撤回。", name=file.name))
    if receipt.departed_at is None or receipt.arrived_at is None:
        raise refusal("field_required", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("请先填写启运时间，再读取温度记录。"), field_name="departed_at")  # fmt: skip
    readings = _readings(file, receipt)
    low, high = shared_limits(receipt.pk)
    row: TransitLog = TransitLog.objects.create(
        transaction_id=act.transaction_id,
        receipt_id=receipt.pk,
        attachment_id=file.pk,
        file_name=file.name,
        sha256=file.sha256,
        departed_at=receipt.departed_at,
        arrived_at=receipt.arrived_at,
        low_limit=low,
        high_limit=high,
        at=act.instant,
        read_by_id=act.actor.user_id,
        read_by_name=act.actor.name,
        **_told(readings, receipt, low, high),
    )
    return row


def _readings(file: Attachment, receipt: GoodsReceipt) -> tuple[Reading, ...]:
    try:
        return read_logger_file(content_of(file.sha256), zone_of_site(receipt.site_id))
    except LogFaultError as fault:
        raise refusal("transit_log_unreadable", HTTPStatus.UNPROCESSABLE_ENTITY, _said(fault, file.name),
                      field_name="attachment_id") from None  # fmt: skip


def _told(
    readings: tuple[Reading, ...], receipt: GoodsReceipt, low: Decimal | None, high: Decimal | None
) -> Mapping[str, Any]:
    """The columns about the way itself, from departure to arrival."""
    since, until = receipt.departed_at, receipt.arrived_at
    found = extremes(readings, since, until) if since and until else None
    if found is None or since is None or until is None:
        return {"readings": 0, "out_of_range": 0, "gaps": 1}
    outside = [
        reading.at for reading in readings
        if since <= reading.at <= until
        and ((low is not None and reading.celsius < low) or (high is not None and reading.celsius > high))
    ]  # fmt: skip
    return {
        "first_at": found.first_at,
        "last_at": found.last_at,
        "readings": found.count,
        "lowest": found.lowest,
        "lowest_at": found.lowest_at,
        "highest": found.highest,
        "highest_at": found.highest_at,
        "longest_gap": found.longest_gap,
        "gap_from": found.gap_from,
        "gaps": found.gaps,
        "mean_kinetic": found.mean_kinetic,
        "time_outside": time_outside(readings, since, until, low, high),
        "out_of_range": len(outside),
        "first_out_at": outside[0] if outside else None,
        "last_out_at": outside[-1] if outside else None,
    }


def _said(fault: LogFaultError, name: str) -> Message:
    """The fault in the words of who looks at the file."""
    where = {"file": name, "line": fault.line, "column": fault.column, "text": fault.text or "—"}
    sentences = {
        Fault.TOO_LARGE: message("{file} 太大，温度记录最多 5 MB。", file=name),
        Fault.ENCODING: message("{file} 不是 .xlsx，也不是可识别的文本（UTF-8、GB 18030 或 UTF-16）。", file=name),
        Fault.DAMAGED: message("{file} 已损坏、加密或含有不可信的内容，请从记录仪软件重新导出。", file=name),
        Fault.SWOLLEN: message("{file} 解压后过大，不是正常的温度记录；请重新导出或改用 CSV。", file=name),
        Fault.MACROS: message("{file} 含有宏，不予读取；请导出为不含宏的 .xlsx 或 CSV。", file=name),
        Fault.FORMULAS: message("{file} 含有公式或外部链接，读数须是记录仪写入的数值；请重新导出。", file=name),
        Fault.SEVERAL: message("{file} 有 {count} 个工作表都像温度记录，请只保留一个。", file=name, count=fault.line),
        Fault.OLD_WORKBOOK: message("{file} 是旧版 .xls，请另存为 .xlsx 或 CSV。", file=name),
        Fault.NO_TABLE: message("{file} 没有找到同时含“时间”和“温度”的表头行。", file=name),
        Fault.NO_READINGS: message("{file} 表头之后没有读数。", file=name),
        Fault.TOO_MANY: message("{file} 的读数超过 50,000 个，请按本次运输导出。", file=name),
        Fault.MISSING: message("{file} 第 {line} 行“{column}”为空。", **where),
        Fault.TIME: message("{file} 第 {line} 行“{column}”不是时间：{text}", **where),
        Fault.AMBIGUOUS: message("{file} 第 {line} 行“{column}”分不清日和月：{text}；请以“年-月-日”导出。", **where),
        Fault.TEMPERATURE: message("{file} 第 {line} 行“{column}”不是温度：{text}", **where),
    }
    return sentences[fault.fault]
