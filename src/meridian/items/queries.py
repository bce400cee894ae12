"""Reads of items: what gates ask about a product, and which item a barcode names. Validity is derived when asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from meridian.items.catalogue import CatalogueError, Entry, as_compared, read_catalogue
from meridian.items.models import CatalogueProgress, CatalogueSnapshot, DeviceIdentifier, Item, RegistrationCertificate
from meridian.items.vocabulary import CertificateState, ItemState
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.queries import KeptAt
from meridian.organization.rules import valid_on
from meridian.platform.attachments.files import content_of
from meridian.platform.attachments.models import Attachment


@dataclass(frozen=True)
class RegistrationPeriod:
    """One certificate row: its days (both included) and the day from which it is cancelled."""

    certificate_id: UUID
    valid_from: date
    valid_until: date | None
    cancelled_on: date | None

    def valid_on(self, day: date) -> bool:
        """Whether the certificate was valid on a day."""
        return valid_on(day, self.valid_from, self.valid_until)


@dataclass(frozen=True)
class RegistrationVerdict:
    """All reviewed periods of one registration number, oldest first: a renewal keeps the number."""

    registration_no: str
    registrant_name: str
    device_class: str
    periods: tuple[RegistrationPeriod, ...]

    def valid_on(self, day: date) -> bool:
        """Whether the number was registered on a day."""
        return any(period.valid_on(day) for period in self.periods)

    def cancelled_on(self) -> date | None:
        """The day from which the number is cancelled; a later period that is not cancelled revives it."""
        return self.periods[-1].cancelled_on if self.periods else None

    def last_day(self) -> date | None:
        """The last day of validity of the latest period; None without end or without any period."""
        return self.periods[-1].valid_until if self.periods else None


@dataclass(frozen=True)
class ItemVerdict:
    """A product as gates, records and prints need it. Temperatures are degrees Celsius."""

    id: UUID
    number: str
    device_name: str
    model: str
    specification: str
    device_class: str
    class_code: str
    old_class_code: str
    is_implantable: bool
    is_sterile: bool
    is_ivd: bool
    is_cold_chain: bool
    storage_condition: str
    temperature_celsius_min: Decimal | None
    temperature_celsius_max: Decimal | None
    base_unit: str
    tracking: str
    has_expiry: bool
    registrant_name: str
    contract_manufacturer_name: str
    production_license_no: str
    udi_list: str
    receipt_min_days: int
    state: str
    approved_at: datetime | None
    registration: RegistrationVerdict | None

    def kept_at(self, site_id: UUID) -> KeptAt:
        """What a place at a site must be like for it: cold-chain goods lie nowhere that is not cold (GSP Art 42)."""
        return KeptAt(site_id, self.temperature_celsius_min, self.temperature_celsius_max, self.is_cold_chain)

    @property
    def is_approved(self) -> bool:
        """Whether quality has approved the product and not suspended it since."""
        return self.state == ItemState.APPROVED


@dataclass(frozen=True)
class IdentifiedItem:
    """What a device identifier names: `units_per_package` base units of an item."""

    di: str
    item_id: UUID
    package_level: str
    units_per_package: Decimal
    is_published: bool


ITEM_COLUMNS = tuple(name for name in ItemVerdict.__dataclass_fields__ if name != "registration")
"""The columns of an item that its verdict is made of."""

_ITEMS = f"""
SELECT {", ".join(ITEM_COLUMNS)}, registration_id FROM items_item
WHERE id = ANY(%s) AND company_id = %s ORDER BY id
"""

_PERIODS = """
SELECT named.id, c.registration_no, c.registrant_name, c.device_class, c.id, c.valid_from, c.valid_until, c.cancelled_on
FROM items_registration_certificate named
JOIN items_registration_certificate c
  ON c.registration_no = named.registration_no AND c.company_id = named.company_id AND c.state = ANY(%s)
WHERE named.id = ANY(%s) AND named.company_id = %s ORDER BY c.valid_from, c.id
"""

REVIEWED = [CertificateState.IN_FORCE.value, CertificateState.CANCELLED.value]


def registration_verdicts(certificate_ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, RegistrationVerdict]:
    """The registration behind each certificate, by certificate id; drafts count for nothing. One statement.

    The certificates are locked `FOR SHARE` when `locks` names them.
    """
    lock = "FOR SHARE OF c" if RegistrationCertificate in locks else ""
    rows = fetch(_PERIODS + lock, [REVIEWED, list(certificate_ids), current_company_id()])
    found: dict[UUID, RegistrationVerdict] = {}
    for named, number, registrant, device_class, *period in rows:
        earlier = found[named].periods if named in found else ()
        found[named] = RegistrationVerdict(number, registrant, device_class, (*earlier, RegistrationPeriod(*period)))
    return found


def item_verdicts(item_ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ItemVerdict]:
    """Items by id, in two statements; items and certificates are locked `FOR SHARE` when `locks` names them."""
    wanted = sorted(set(item_ids))
    rows = fetch(_ITEMS + ("FOR SHARE" if Item in locks else ""), [wanted, current_company_id()])
    registrations = registration_verdicts(sorted({row[-1] for row in rows if row[-1]}), locks)
    found: dict[UUID, ItemVerdict] = {}
    for *columns, registration_id in rows:
        verdict = item_of(columns, registrations.get(registration_id))
        found[verdict.id] = verdict
    return found


def item_of(columns: Sequence[Any], registration: RegistrationVerdict | None) -> ItemVerdict:
    """An item from its `ITEM_COLUMNS` and the registration read beside it."""
    return ItemVerdict(**dict(zip(ITEM_COLUMNS, columns, strict=True)), registration=registration)


def item_by_di(dis: Sequence[str]) -> Mapping[str, IdentifiedItem]:
    """The item and package each device identifier names; unknown ones are left out. One statement."""
    rows = DeviceIdentifier.objects.filter(di__in=set(dis))
    return {
        row.di: IdentifiedItem(row.di, row.document_id, row.package_level, row.units_per_package, row.is_published)
        for row in rows
    }


NAMED_MAX = 200


def items_named(text: str) -> Sequence[UUID]:
    """Items whose code or mnemonic begins with a text or whose name holds it, at most 200; one statement."""
    named = Q(number__istartswith=text) | Q(mnemonic__istartswith=text) | Q(device_name__icontains=text)
    return list(Item.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:NAMED_MAX])


def units_of(dis: Sequence[str]) -> Mapping[str, Decimal]:
    """How many base units one scan of each identifier counts: a case of 12 boxes counts 12."""
    return {di: found.units_per_package for di, found in item_by_di(dis).items()}


@dataclass(frozen=True)
class CertificateFacts:
    """A registration certificate for its own transitions."""

    id: UUID
    registration_no: str
    valid_until: date | None
    read_on: date


def load_registration_certificates(
    company_id: UUID, ids: Sequence[UUID], locks: Locks
) -> Mapping[UUID, CertificateFacts]:
    """Facts of certificates; one statement."""
    del company_id, locks
    today = now().date()
    return {
        row.pk: CertificateFacts(row.pk, row.registration_no, row.valid_until, today)
        for row in RegistrationCertificate.objects.filter(pk__in=ids)
    }


@dataclass(frozen=True)
class ItemFacts:
    """An item for its own transitions."""

    item: ItemVerdict
    read_on: date


def load_items(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ItemFacts]:
    """Facts of items; two statements."""
    del company_id
    today = now().date()
    return {key: ItemFacts(verdict, today) for key, verdict in item_verdicts(ids, locks).items()}


@dataclass(frozen=True)
class PublishedDis:
    """Which of the identifiers asked about the latest snapshot holds, and its day; None before the first snapshot."""

    snapshot_on: date | None = None
    dis: frozenset[str] = frozenset()


_PUBLISHED = """
SELECT s.snapshot_on, p.di
FROM (SELECT id, snapshot_on FROM items_catalogue_snapshot
      WHERE company_id = %(company)s AND state = 'loaded' ORDER BY snapshot_on DESC, id DESC LIMIT 1) AS s
LEFT JOIN items_published_identifier p
  ON p.snapshot_id = s.id AND p.di = ANY(%(dis)s) AND p.company_id IS NOT DISTINCT FROM %(company)s
"""


def published_dis(dis: Collection[str]) -> PublishedDis:
    """What the latest snapshot of the published catalogue says about these identifiers; one statement."""
    wanted = sorted({as_compared(di) for di in dis if di})
    rows = fetch(_PUBLISHED, {"company": current_company_id(), "dis": wanted})
    if not rows:
        return PublishedDis()
    return PublishedDis(rows[0][0], frozenset(di for _day, di in rows if di is not None))


@dataclass(frozen=True)
class SnapshotFacts:
    """A snapshot as its gates see it; the file is read only to be loaded, not to be looked at."""

    number: str
    snapshot_on: date
    read_on: date
    files: tuple[str, ...]
    """The hashes of the files attached to it and not withdrawn."""
    fault: str = ""
    fault_line: int = 0
    entries: tuple[Entry, ...] = ()


def load_catalogue_snapshots(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SnapshotFacts]:
    """Facts of snapshots; two statements, and where a gate asks for what the file says its reading."""
    del company_id
    today, files = now().date(), dict[UUID, list[str]]()
    live = Attachment.objects.filter(document_type="catalogue_snapshot", document_id__in=ids, withdrawn_at=None)
    for document_id, sha256 in live.order_by("pk").values_list("document_id", "sha256"):
        files.setdefault(document_id, []).append(sha256)
    found = {}
    for row in CatalogueSnapshot.objects.filter(pk__in=ids):
        attached = tuple(files.get(row.pk, ()))
        entries, fault = _entries_of(attached[0]) if CatalogueSnapshot in locks and len(attached) == 1 else ((), None)
        code, line = (fault.code, fault.line) if fault is not None else ("", 0)
        found[row.pk] = SnapshotFacts(row.number, row.snapshot_on, today, attached, code, line, entries)
    return found


def _entries_of(sha256: str) -> tuple[tuple[Entry, ...], CatalogueError | None]:
    try:
        return read_catalogue(content_of(sha256)), None
    except CatalogueError as fault:
        return (), fault


def progress_of(snapshot_id: UUID) -> CatalogueProgress | None:
    """How far the worker is with a snapshot of the company in scope; None when it is not at it."""
    return CatalogueProgress.objects.filter(snapshot_id=snapshot_id).first()
