"""What drafting, approving and cancelling does to items and certificates."""

from http import HTTPStatus

from meridian.items.checks import DIGEST
from meridian.items.identifiers import full_di, normalized_registration_no
from meridian.items.models import CatalogueSnapshot, Item, PublishedIdentifier, RegistrationCertificate
from meridian.items.queries import CertificateFacts, ItemFacts, SnapshotFacts
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch, insert_rows
from meridian.kernel.values.identity import uuid7
from meridian.kernel.values.pinyin import spelled
from meridian.kernel.work import Work
from meridian.organization.services import mnemonic_of, paper_anchors, require_period

__all__ = [
    "approve_item",
    "cancel_certificate",
    "item_anchors",
    "load_catalogue",
    "paper_anchors",
    "prepare_certificate",
    "prepare_item",
]


def prepare_certificate(draft: Draft) -> None:
    """Completes a certificate's draft: its number is stored as it is compared (422 `field_invalid` when empty)."""
    require_period(draft)
    if "registration_no" not in draft.header:
        return
    number = normalized_registration_no(draft.header["registration_no"])
    if number is None:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("注册证编号没有字母或数字。"),
                      field_name="registration_no")  # fmt: skip
    draft.header["registration_no"] = number


def prepare_item(draft: Draft) -> None:
    """Completes an item's draft: search code, GTINs at their full 14 digits, temperatures in order."""
    if "device_name" in draft.header:
        draft.header["mnemonic"] = mnemonic_of(draft.header["device_name"], 80)
        draft.header["pinyin"] = spelled(draft.header["device_name"])
    for line in draft.lines or ():
        if "di" in line:
            line["di"] = full_di(line["di"])
    low = draft.header.get("temperature_celsius_min", getattr(draft.document, "temperature_celsius_min", None))
    high = draft.header.get("temperature_celsius_max", getattr(draft.document, "temperature_celsius_max", None))
    if low is not None and high is not None and high < low:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("温度上限低于下限。"),
                      field_name="temperature_celsius_max")  # fmt: skip


def approve_item(work: Work[Item, ItemFacts]) -> None:
    """Notes the instant of approval: orders before it are refused (G05)."""
    work.set(approved_at=work.moment.instant)


def cancel_certificate(work: Work[RegistrationCertificate, CertificateFacts]) -> None:
    """The certificate is cancelled from today at the site on: nothing under it may be bought or sold (G06)."""
    work.set(cancelled_on=work.moment.site_day)


def item_anchors(facts: ItemFacts) -> RetentionAnchors:
    """A product's file is kept from its latest move; an implant's for ever (GSP Art 23)."""
    return RetentionAnchors(base_day=facts.read_on, permanent=facts.item.is_implantable)


def load_catalogue(work: Work[CatalogueSnapshot, SnapshotFacts]) -> None:
    """The entries of the file stand in the table: one statement, however many; the digest proves them to `verify`."""
    facts, document = work.facts, work.document
    rows = [{"id": uuid7(), **{name: getattr(entry, name) for name in entry.__slots__}} for entry in facts.entries]
    insert_rows(PublishedIdentifier, rows, {"company_id": document.company_id, "snapshot_id": document.pk})
    [(count, digest)] = fetch(DIGEST, [document.pk, document.company_id])
    work.set(entry_count=count, entries_digest=digest, file_sha256=facts.files[0], loaded_at=work.moment.instant)


def snapshot_anchors(facts: SnapshotFacts) -> RetentionAnchors:
    """Kept from the day it was loaded: releases rest on it."""
    return RetentionAnchors(base_day=facts.read_on)
