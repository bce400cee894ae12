"""What else is known about a lot: where it came from, its way through the statuses, who got it, files, comments.

What only modules above know (labels, scans, temperatures on the way here) they hand in through the site, at start.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meridian.inventory.lot_file import ROWS_MAX, LotFile, LotPart, document_cell, grid_of, state_of
from meridian.inventory.models import Reservation
from meridian.inventory.pages import words
from meridian.inventory.vocabulary import MovementType, VirtualPlace
from meridian.items import udi
from meridian.kernel.models import TransitionRecord
from meridian.platform.attachments.models import Attachment
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.view import Badge, Cell, Column, Fact, LineGrid, Row
from meridian.workspace.models import Comment


def origin(file: LotFile) -> tuple[Fact, ...]:
    """Who supplied it with which receipt, and its identifier as a barcode says it; one statement."""
    first = file.movements().filter(movement=MovementType.RECEIVE).order_by("pk").first()
    facts = []
    if first is not None:
        url = words.document_url(file.reader, "supplier", first.party_id) if first.party_id else ""
        note = _("收货单 %(number)s · %(day)s") % {"number": first.document_number, "day": first.day.isoformat()}
        facts.append(Fact(label=_("供货者"), value=first.party_name, url=url, note=note))
    if code := udi_of(file):
        facts.append(Fact(label="UDI", value=code))
    return tuple(facts)


def udi_of(file: LotFile) -> str:
    """The lot's whole identifier with bracketed application identifiers; empty where it has no GTIN."""
    lot = file.lot
    if not (lot.di.isdecimal() and len(lot.di) == 14):
        return ""
    days = (("11", lot.manufactured_on), ("17", lot.expires_on))
    elements = [("01", lot.di), *((ai, f"{day:%y%m%d}") for ai, day in days if day is not None)]
    elements += [(ai, text) for ai, text in (("10", lot.lot_no), ("21", lot.serial_no)) if text]
    try:
        return udi.write(elements)
    except udi.UdiRefused:
        return ""


def _statuses(file: LotFile) -> LineGrid:
    columns = (
        Column(name="at", label=_("记录时间"), kind="datetime", phone="sub"),
        Column(name="from", label=_("原状态"), kind="badge"),
        Column(name="to", label=_("新状态"), kind="badge", phone="title"),
        Column(name="quantity", label=_("数量"), kind="quantity", phone="status"),
        Column(name="document", label=_("单据"), kind="id", phone="sub"),
        Column(name="by", label=_("办理人")),
    )
    changed = file.movements().exclude(from_status=F("to_status")).order_by("-pk")
    found = list(changed[:ROWS_MAX])
    ids = {row.transition_id for row in found}
    by = dict(TransitionRecord.objects.filter(pk__in=ids).values_list("pk", "actor_name"))
    rows = [
        Row(
            key=str(row.pk),
            cells=(
                Cell(kind="datetime", value=row.at, note=_("业务日期 %(day)s") % {"day": row.day}
                     if row.day != row.at.date() else ""),
                Cell(kind="badge", badge=_end(row.from_status, row.from_virtual)),
                Cell(kind="badge", badge=_end(row.to_status, row.to_virtual)),
                Cell(kind="quantity", value=row.quantity, unit=words.unit_label(file.unit)),
                document_cell(file, row.document_type, row.document_id, row.document_number),
                Cell(value=by.get(row.transition_id, "")),
            ),
        )
        for row in found
    ]  # fmt: skip
    return grid_of(columns, rows, _("没有状态变化"))


def _end(status: str, virtual: str) -> Badge:
    return words.status_badge(status) if status else Badge(label=VirtualPlace(virtual).label)


def _customers(file: LotFile) -> LineGrid:
    columns = (
        Column(name="customer", label=_("客户"), phone="title", width="wide"),
        Column(name="shipped", label=_("发出"), kind="quantity"),
        Column(name="returned", label=_("退回"), kind="quantity"),
        Column(name="net", label=_("净数量"), kind="quantity", phone="status"),
    )
    kinds = (MovementType.SHIP, MovementType.RETURN_FROM_CUSTOMER)
    sums: dict[tuple[UUID | None, str], dict[str, Decimal]] = {}
    rows = file.movements().filter(movement__in=kinds).values("party_id", "party_name", "movement")
    for each in rows.annotate(total=Sum("quantity")).order_by("party_name")[: 2 * ROWS_MAX]:
        sums.setdefault((each["party_id"], each["party_name"]), {})[each["movement"]] = each["total"]
    unit = words.unit_label(file.unit)
    made = []
    for (party_id, name), moved in sums.items():
        shipped, returned = (moved.get(kind, Decimal(0)) for kind in kinds)
        url = words.document_url(file.reader, "customer", party_id) if party_id is not None else ""
        figures = (Cell(kind="quantity", value=each, unit=unit) for each in (shipped, returned, shipped - returned))
        made.append(Row(key=str(party_id), cells=(Cell(value=name or _("未记名"), url=url, strong=True), *figures)))
    return grid_of(columns, made, _("没有发给任何客户"))


def _reservations(file: LotFile) -> LineGrid:
    columns = (
        Column(name="document", label=_("单据"), kind="id", phone="title"),
        Column(name="place", label=_("位置"), phone="sub"),
        Column(name="status", label=_("质量状态"), kind="badge"),
        Column(name="quantity", label=_("预留数量"), kind="quantity", phone="status"),
        Column(name="state", label=_("单据状态"), kind="badge"),
    )
    held = Reservation.objects.filter(lot_id=file.lot.pk).select_related("place").order_by("-pk")
    if file.places is not None:
        held = held.filter(place__in=file.places)
    rows = [
        Row(
            key=str(row.pk),
            cells=(
                document_cell(file, row.document_type, row.document_id),
                Cell(value=f"{row.place.code} {row.place.name}"),
                Cell(kind="badge", badge=words.status_badge(row.status)),
                Cell(kind="quantity", value=row.quantity, unit=words.unit_label(file.unit)),
                Cell(kind="badge", badge=state_of(file, row.document_id)),
            ),
        )
        for row in held[:ROWS_MAX]
    ]
    return grid_of(columns, rows, _("没有预留"))


def _files(file: LotFile) -> LineGrid:
    """The files of its documents: certificates, delivery notes, inspection records, logger files."""
    columns = (
        Column(name="file", label=_("文件"), phone="title", width="wide"),
        Column(name="document", label=_("单据"), kind="id", phone="sub"),
        Column(name="size", label=_("大小")),
        Column(name="by", label=_("添加人"), phone="sub"),
        Column(name="at", label=_("添加时间"), kind="datetime"),
    )
    found = Attachment.objects.filter(document_id__in=list(file.records), withdrawn_at=None).order_by("-pk")
    rows = []
    for each in found[:ROWS_MAX]:
        record = file.records[each.document_id]
        url = f"{addresses.page_url(record.declared, record.id)}attachments/{each.pk}"
        cells = (
            Cell(value=each.name, url=url, strong=True, note=formats.short_hash(each.sha256)),
            document_cell(file, record.declared.code, record.id),
            Cell(value=formats.bytes_size(each.size)),
            Cell(value=each.created_by_name),
            Cell(kind="datetime", value=each.created_at),
        )
        rows.append(Row(key=str(each.pk), cells=cells))
    return grid_of(columns, rows, _("它的单据没有附件"))


def _comments(file: LotFile) -> LineGrid:
    columns = (
        Column(name="said", label=_("评论"), phone="title", width="wide"),
        Column(name="document", label=_("单据"), kind="id", phone="sub"),
        Column(name="by", label=_("评论人"), phone="sub"),
        Column(name="at", label=_("时间"), kind="datetime"),
    )
    found = Comment.objects.filter(document_id__in=list(file.records), withdrawn_at=None).order_by("-pk")
    rows = [
        Row(
            key=str(each.pk),
            cells=(
                Cell(value=each.text),
                document_cell(file, each.document_type, each.document_id),
                Cell(value=each.created_by_name),
                Cell(kind="datetime", value=each.created_at),
            ),
        )
        for each in found[:ROWS_MAX]
    ]
    return grid_of(columns, rows, _("还没有人评论它的单据"))


OWN_PARTS: Sequence[LotPart] = (
    LotPart("statuses", gettext_lazy("状态变化"), _statuses),
    LotPart("customers", gettext_lazy("客户"), _customers),
    LotPart("reservations", gettext_lazy("预留"), _reservations),
    LotPart("files", gettext_lazy("证明文件"), _files),
    LotPart("comments", gettext_lazy("评论"), _comments),
)
