"""Parties and papers for tests, made through the two doors."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from meridian.organization.tests.factories import CompanyForTests, example_uscc
from meridian.organization.vocabulary import Role
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument

EVERYTHING = [{"device_class": "", "class_code": ""}]


def draft_supplier(company: CompanyForTests, serial: int = 11, **fields: Any) -> UUID:
    """A dealer, in draft, without papers."""
    values = {
        "name": "苏州安和医疗用品有限公司",
        "uscc": example_uscc(serial),
        "kind": "dealer",
        "address": "苏州市工业园区 1 号",
        "phone": "0512-00000000",
    }
    return company.draft(SupplierDocument, {**values, **fields}).document_id


def draft_customer(company: CompanyForTests, serial: int = 21, **fields: Any) -> UUID:
    """A hospital, in draft, without papers."""
    values = {
        "name": "江南市第一人民医院",
        "uscc": example_uscc(serial),
        "kind": "user_institution",
        "address": "江南市中山路 8 号",
        "phone": "025-00000000",
        "delivery_address": "江南市中山路 8 号 设备科库房",
    }
    return company.draft(CustomerDocument, {**values, **fields}).document_id


def licence(
    company: CompanyForTests,
    owner: Mapping[str, UUID],
    kind: str,
    *,
    scope: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> UUID:
    """A paper in force; `owner` is `{"supplier": id}` or `{"customer": id}`."""
    values: dict[str, Any] = {"kind": kind, "licence_no": f"{kind}-1", "valid_from": "2020-01-01"}
    made = company.draft(LicenceDocument, {**owner, **values, **fields}, scope)
    company.perform(LicenceDocument.put_into_force, made.document_id)
    return made.document_id


def with_papers(company: CompanyForTests, supplier: UUID) -> UUID:
    """A dealer with every paper for wholesale of every class II and III device."""
    owner = {"supplier": supplier}
    licence(company, owner, "business_license")
    licence(company, owner, "dealing_license", mode="wholesale", scope=EVERYTHING)
    licence(company, owner, "dealing_filing", mode="wholesale", scope=EVERYTHING)
    return supplier


def approved_supplier(company: CompanyForTests, serial: int = 11, **fields: Any) -> UUID:
    """A dealer approved for wholesale of every class II and III device."""
    supplier = with_papers(company, draft_supplier(company, serial, **fields))
    company.perform(SupplierDocument.approve, supplier, role=Role.QUALITY_HEAD)
    return supplier


def approved_customer(company: CompanyForTests, serial: int = 21, **fields: Any) -> UUID:
    """A hospital approved for everything its practice licence names."""
    customer = draft_customer(company, serial, **fields)
    licence(company, {"customer": customer}, "practice_license", scope=EVERYTHING)
    company.perform(CustomerDocument.approve, customer, role=Role.QUALITY_HEAD)
    return customer
