"""Where there is something to open, and as whom: lists, forms, records in every state, moves, pages of their own."""

from collections.abc import Iterator
from uuid import UUID

from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses
from tests.browser.records import Records
from tests.browser.stage import LOT, Stage, supplier_url

Place = tuple[str, str]
"""Whose page, and its address."""


def reader_of(declared: AnyDocumentType, state: str) -> str:
    """Who opens a record in a state: whoever may move it on, or else whoever writes or reads it."""
    movers = [str(move.allowed_to[0]) for move in declared.transitions.values()
              if state in map(str, move.source) and move.allowed_to]  # fmt: skip
    return [*movers, writer_of(declared)][0]


def writer_of(declared: AnyDocumentType) -> str:
    """Who opens a type's list: whoever writes it; of one that nobody writes, whoever reads it."""
    return [*map(str, declared.drafted_by), *map(str, declared.read_by)][0]


def states(records: Records) -> Iterator[tuple[AnyDocumentType, str, UUID]]:
    """Every type and state with its record."""
    for (code, state), record in records.items():
        yield registry.document_types[code], state, record


def pages_of_types() -> Iterator[Place]:
    """The list and the empty form of every type, as whoever writes it."""
    for declared in registry.document_types.values():
        writer = writer_of(declared)
        yield writer, addresses.list_url(declared)
        if declared.creatable and declared.editable:
            yield writer, addresses.new_url(declared)


def pages_of_records(records: Records) -> Iterator[Place]:
    """A record in every state."""
    for declared, state, record in states(records):
        yield reader_of(declared, state), addresses.page_url(declared, record)


def pages_of_work(records: Records) -> Iterator[Place]:
    """What may be done with a record in its state: the form that changes it, and one for every move."""
    for declared, state, record in states(records):
        if state in map(str, declared.editable_in):
            yield str(declared.drafted_by[0]), addresses.step_url(declared, record, "edit")
        for name, move in declared.transitions.items():
            if state in map(str, move.source) and move.allowed_to:
                yield str(move.allowed_to[0]), addresses.step_url(declared, record, name)


def pages_of_their_own(stage: Stage, records: Records) -> Iterator[Place]:
    """Pages that no declaration makes."""
    lot, receipt = stage.house.lots[LOT], records["goods_receipt", "draft"]
    for url in ("/", "/inventory/stock", f"/inventory/lots/{lot}", f"/trace?q={LOT}", "/find?q=GHZ",
                f"/labels/print?lot={lot}", "/scan", f"/scan?q={LOT}", "/account/security", "/no/such/page",
                f"/warehouse/goods-receipts/{receipt}/transit-log", "/palette?q=", "/palette?q=ycx",
                "/palette?q=%3E", "/help/", "/help/goods_receipt/", "/help/item/?section=fields",
                "/dictionary/"):  # fmt: skip
        yield "warehouse_manager", url
    for task, code, state, post in (("receive", "goods_receipt", "draft", "receiver"),
                                    ("put-away", "putaway", "draft", "keeper"),
                                    ("move", "internal_move", "draft", "keeper"),
                                    ("pick", "shipment", "draft", "picker"),
                                    ("review", "shipment", "picked", "reviewer")):  # fmt: skip
        yield post, f"/scan/{task}/{records[code, state]}"
    for post, url in (("accountant", "/ledger/vouchers"), ("accountant", "/ledger/trial-balance"),
                      ("security_admin", "/people/"), ("security_admin", "/roles/"),
                      ("security_admin", "/people/simulate"), ("auditor", "/people/simulate?post=quality_staff"),
                      ("security_admin", "/roles/keeper/"), ("system_admin", "/system/jobs"),
                      ("system_admin", "/system/backups"),
                      ("auditor", "/compliance/evidence"), ("quality_head", f"{supplier_url(stage.approved)}trail"),
                      ("quality_head", f"{supplier_url(stage.approved)}?section=signatures")):  # fmt: skip
        yield post, url
