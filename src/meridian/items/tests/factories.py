"""Items and certificates for tests, made through the two doors."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from meridian.items.documents import CatalogueSnapshotDocument, ItemDocument, RegistrationCertificateDocument
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.platform.attachments.files import Upload
from meridian.platform.attachments.keeping import attach

BOX_DI = "09520000000011"
CASE_DI = "19520000000018"


def certificate(company: CompanyForTests, registration_no: str = "苏械注准20262140001", **fields: Any) -> UUID:
    """A registration certificate in force from 2022-01-01 through 2099-12-31."""
    values = {
        "registration_no": registration_no,
        "registrant_name": "江南示范医疗科技有限公司",
        "device_class": "II",
        "valid_from": "2022-01-01",
        "valid_until": "2099-12-31",
    }
    made = company.draft(RegistrationCertificateDocument, {**values, **fields})
    company.perform(RegistrationCertificateDocument.put_into_force, made.document_id)
    return made.document_id


def draft_item(
    company: CompanyForTests,
    registration: UUID | None = None,
    *,
    identifiers: Sequence[Mapping[str, Any]] | None = None,
    **fields: Any,
) -> UUID:
    """A class II syringe in boxes, in draft."""
    values: dict[str, Any] = {
        "device_name": "一次性使用无菌注射器",
        "model": "ZSQ",
        "specification": "5 mL",
        "device_class": "II",
        "class_code": "14-01",
        "base_unit": "box",
        "registration": registration,
    }
    return company.draft(ItemDocument, {**values, **fields}, identifiers).document_id


def approved_item(
    company: CompanyForTests,
    *,
    identifiers: Sequence[Mapping[str, Any]] | None = None,
    registration_no: str = "苏械注准20262140001",
    **fields: Any,
) -> UUID:
    """An approved item with a certificate of its own."""
    device_class = fields.get("device_class", "II")
    registration = certificate(company, registration_no, device_class=device_class)
    item = draft_item(company, registration, identifiers=identifiers, **fields)
    company.perform(ItemDocument.approve, item, role=Role.QUALITY_HEAD)
    return item


def load_snapshot(company: CompanyForTests, dis: Sequence[str], **more: Any) -> UUID:
    """A loaded snapshot of the published catalogue, of these identifiers or of these files."""
    made = draft_snapshot(company, dis, **more)
    company.perform(CatalogueSnapshotDocument.load_file, made)
    return made


def draft_snapshot(
    company: CompanyForTests, dis: Sequence[str], *, snapshot_on: str = "2026-01-01",
    contents: Sequence[bytes] | None = None, name: str = "udid.csv",
) -> UUID:  # fmt: skip
    """A snapshot in draft with its file, of these identifiers, or with these files."""
    made = company.draft(CatalogueSnapshotDocument, {"snapshot_on": snapshot_on, "source": "国家药监局 UDI 数据库"})
    files = contents if contents is not None else ["\n".join(["zxxsdycpbs", *dis]).encode()]
    actor = company.actors[Role.QUALITY_STAFF]
    for serial, content in enumerate(files):
        upload = Upload(f"{serial}-{name}", content, sha256(content).hexdigest())
        with company.scope():
            attach(CatalogueSnapshotDocument, made.document_id, upload, actor=actor)
    return made.document_id
