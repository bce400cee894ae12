"""Reads of items: what gates ask about a product, and which item a barcode names. Validity is derived when asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from meridian.items.models import DeviceIdentifier, Item, RegistrationCertificate
from meridian.items.vocabulary import CertificateState, ItemState
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.rules import valid_on


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
