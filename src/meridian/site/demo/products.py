"""Products: certificates, items, package identifiers, read from `data/products.csv`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from meridian.items.documents import ItemDocument, RegistrationCertificateDocument
from meridian.items.udi.gs1.check_digits import check_digit
from meridian.items.vocabulary import PackageLevel, Tracking
from meridian.organization.vocabulary import DeviceClass, Role
from meridian.site.demo.clockwork import Days
from meridian.site.demo.staff import Staff

DATA = Path(__file__).with_name("data") / "products.csv"
GS1_DEMONSTRATION_PREFIX = "952"
TEMPERATURES = {"room": (None, None), "cool": (None, "20.0"), "refrigerated": ("2.0", "8.0")}


@dataclass(frozen=True)
class Family:
    """Products under one registration certificate, alike but for their size. `months` is the shelf life, 0 none."""

    serial: int
    maker: str
    device_name: str
    device_class: str
    class_code: str
    unit: str
    inner: int
    case: int
    flags: str
    storage: str
    months: int
    price: Decimal
    model: str
    specifications: tuple[str, ...]

    @property
    def is_serial(self) -> bool:
        """Whether each unit carries its own number."""
        return "r" in self.flags

    @property
    def is_ivd(self) -> bool:
        """Whether it is a reagent."""
        return "v" in self.flags

    @property
    def is_cold_chain(self) -> bool:
        """Whether it travels at 2–8 ℃."""
        return "c" in self.flags


@dataclass(frozen=True)
class Product:
    """An approved item: one size of a family. `di` is the identifier of its sales unit."""

    family: Family
    item_id: UUID
    specification: str
    di: str

    @property
    def price(self) -> Decimal:
        """What the company pays for one unit, without tax."""
        return self.family.price


def families() -> list[Family]:
    """The table of products."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return [_family(serial, row) for serial, row in enumerate(csv.DictReader(lines), start=1)]


def _family(serial: int, row: Mapping[str, str]) -> Family:
    return Family(
        serial=serial,
        maker=row["maker"],
        device_name=row["device_name"],
        device_class=row["device_class"],
        class_code=row["class_code"],
        unit=row["unit"],
        inner=int(row["inner"]),
        case=int(row["case"]),
        flags=row["flags"],
        storage=row["storage"],
        months=int(row["months"]),
        price=Decimal(row["price"]),
        model=row["model"],
        specifications=tuple(row["specifications"].split("|")),
    )


def register(staff: Staff, days: Days, makers: Mapping[str, str]) -> Iterator[Product]:
    """Registers every family and approves its items, one after the other; `makers` gives each maker's name.

    The last item of two families stays a draft for the quality head, and one family's certificate runs out soon.
    """
    for family in families():
        certificate = _certificate(staff, days, family, makers[family.maker])
        for size in range(1, len(family.specifications) + 1):
            product = _draft_item(staff, family, certificate, size, makers[family.maker])
            is_left = size == len(family.specifications) and family.serial in (9, 34)
            if not is_left:
                staff.perform(Role.QUALITY_HEAD, ItemDocument.approve, product.item_id)
                yield product


def _certificate(staff: Staff, days: Days, family: Family, maker: str) -> UUID:
    is_filing = family.device_class == DeviceClass.I
    mark = {"I": "江江械备2023", "II": "江械注准2023", "III": "国械注准2023"}[family.device_class]
    kind = "" if is_filing else {"II": "2", "III": "3"}[family.device_class] + family.class_code[:2]
    ends = days.ago(-25) if family.serial == 17 else days.ago(-900 + 13 * family.serial)
    fields = {
        "registration_no": f"{mark}{kind}9{family.serial:03}",
        "registrant_name": maker,
        "device_name": family.device_name,
        "device_class": family.device_class,
        "valid_from": days.ago(1826 - 900 + 13 * family.serial),
        "valid_until": None if is_filing else ends,
    }
    made = staff.draft(Role.QUALITY_STAFF, RegistrationCertificateDocument, fields)
    staff.perform(Role.QUALITY_STAFF, RegistrationCertificateDocument.put_into_force, made)
    return made


def _draft_item(staff: Staff, family: Family, certificate: UUID, size: int, maker: str) -> Product:
    low, high = TEMPERATURES[family.storage]
    fields = {
        "device_name": family.device_name,
        "model": family.model,
        "specification": family.specifications[size - 1],
        "device_class": family.device_class,
        "class_code": family.class_code,
        "is_implantable": "i" in family.flags,
        "is_sterile": "s" in family.flags,
        "is_ivd": family.is_ivd,
        "is_cold_chain": family.is_cold_chain,
        "storage_condition": family.storage,
        "temperature_celsius_min": low,
        "temperature_celsius_max": high,
        "base_unit": family.unit,
        "tracking": Tracking.SERIAL if family.is_serial else Tracking.LOT,
        "has_expiry": family.months > 0,
        "registrant_name": maker,
        "production_license_no": f"江药监械生产许2023{family.serial // 5 + 1:04}号",
        "registration": certificate,
        "receipt_min_days": 60 if family.months else 0,
    }
    code = f"{GS1_DEMONSTRATION_PREFIX}{family.serial:04}{size:05}"
    levels = [(PackageLevel.SALES_UNIT, 1, "0"), (PackageLevel.INNER, family.inner, "1"),
              (PackageLevel.CASE, family.case, "2")]  # fmt: skip
    lines = [
        {"di": _gtin(indicator + code), "package_level": level, "units_per_package": units, "is_published": True}
        for level, units, indicator in levels
        if units > 1 or level is PackageLevel.SALES_UNIT
    ]
    item = staff.draft(Role.QUALITY_STAFF, ItemDocument, fields, lines)
    return Product(family, item, family.specifications[size - 1], _gtin("0" + code))


def _gtin(first_13: str) -> str:
    return first_13 + check_digit(first_13)
