"""Own papers, people's qualifications, suppliers and customers with their papers in various states."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from meridian.competence.documents import QualificationDocument
from meridian.competence.vocabulary import QualificationKind
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.identifiers import uscc_check_digit
from meridian.organization.vocabulary import LicenceKind, Role
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument
from meridian.site.demo.clockwork import Days
from meridian.site.demo.products import families
from meridian.site.demo.staff import Staff

DATA = Path(__file__).with_name("data")
EVERYTHING = ({"device_class": "", "class_code": ""},)
DAYS_TO_CLOSE = 38
FICTIONAL_REGION = "91990000"
"""A registration authority and region that do not exist, so that no code is a real firm's."""


@dataclass(frozen=True)
class Party:
    """A supplier or customer of the demonstration, by its row in the table."""

    id: UUID
    code: str
    name: str
    state: str
    scope: tuple[str, ...] = ()
    min_days: int = 0


def uscc(serial: int) -> str:
    """A unified social credit code with a right check digit that belongs to nobody."""
    body = f"{FICTIONAL_REGION}{serial:09d}"
    return body + uscc_check_digit(body)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def names_of_makers() -> dict[str, str]:
    """Code in the product table → name of the maker."""
    return {row["code"]: row["name"] for row in _rows("suppliers.csv")}


def own_papers(staff: Staff, days: Days) -> None:
    """The company's business licence, dealing licence (class III) and filing (class II)."""
    common = {"issued_by": "江南市市场监督管理局", "valid_from": days.ago(900)}
    dealing = {
        "mode": "wholesale",
        "warehouse_address": "江南市仁和路 1 号 1 号库",
        "valid_until": days.ago(-926),
    }
    papers: Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, str]]]] = (
        ({"kind": "business_license", "licence_no": uscc(1)}, ()),
        ({"kind": "dealing_license", "licence_no": "江江药监械经营许20239001号", **dealing}, EVERYTHING),
        ({"kind": "dealing_filing", "licence_no": "江江药监械经营备20239001号", **dealing}, EVERYTHING),
    )
    for fields, scope in papers:
        made = staff.draft(Role.QUALITY_STAFF, OwnLicenceDocument, {**common, **fields}, scope)
        staff.perform(Role.QUALITY_STAFF, OwnLicenceDocument.put_into_force, made)


def qualifications(staff: Staff, days: Days) -> None:
    """What law asks of inspectors, reviewers and quality people; one runs out soon, one waits to be checked."""
    held = (
        (Role.INSPECTOR, QualificationKind.ACCEPTANCE, -400, True),
        (Role.INSPECTOR, QualificationKind.IVD_ACCEPTANCE, -400, True),
        (Role.INSPECTOR, QualificationKind.COLD_CHAIN, -20, True),
        (Role.REVIEWER, QualificationKind.OUTBOUND_REVIEW, -300, True),
        (Role.RECEIVER, QualificationKind.COLD_CHAIN, -300, True),
        (Role.QUALITY_HEAD, QualificationKind.QUALITY_MANAGEMENT, -700, True),
        (Role.QUALITY_STAFF, QualificationKind.QUALITY_MANAGEMENT, -700, True),
        (Role.PICKER, QualificationKind.COLD_CHAIN, -365, False),
    )
    for role, kind, ends, is_checked in held:
        fields = {
            "person_id": staff.company.users[role.value],
            "kind": kind,
            "certificate_no": f"RH-{kind.value[:3].upper()}-{role.value[:3].upper()}",
            "basis": "岗前培训并考核合格",
            "valid_from": days.ago(300),
            "valid_until": days.ago(ends),
        }
        made = staff.draft(Role.QUALITY_STAFF, QualificationDocument, fields)
        if is_checked:
            staff.perform(Role.QUALITY_HEAD, QualificationDocument.put_into_force, made)


def periods(staff: Staff, days: Days, days_in_all: int) -> dict[date, UUID]:
    """The months of the demonstration's books by their first days, oldest first."""
    months = sorted({days.ago(ago).replace(day=1) for ago in range(days_in_all)})
    return {month: staff.draft(Role.ACCOUNTANT, AccountingPeriodDocument, {"month": month}) for month in months}


def close_periods(staff: Staff, days: Days, open_periods: dict[date, UUID], days_ago: int) -> None:
    """The finance manager closes each month five weeks after its beginning was left behind; the last two stay open."""
    for month in list(open_periods)[:-2]:
        if (days.ago(days_ago) - month).days > DAYS_TO_CLOSE:
            staff.perform(Role.FINANCE_MANAGER, AccountingPeriodDocument.close, open_periods.pop(month))


def suppliers(staff: Staff, days: Days) -> dict[str, Party]:
    """Every supplier by its code: most approved, one suspended, one in draft, papers good, running out and expired."""
    made = {}
    for serial, row in enumerate(_rows("suppliers.csv"), start=11):
        fields = {name: row[name] for name in ("name", "kind", "address", "contact", "phone")}
        party = staff.draft(Role.QUALITY_STAFF, SupplierDocument, {**fields, "uscc": uscc(serial)})
        if row["state"] != "draft":
            _supplier_papers(staff, days, party, row, serial)
            staff.perform(Role.QUALITY_HEAD, SupplierDocument.approve, party)
        made[row["code"]] = Party(party, row["code"], row["name"], row["state"])
    return made


def _supplier_papers(staff: Staff, days: Days, party: UUID, row: Mapping[str, str], serial: int) -> None:
    ends = _end_of_paper(days, row["state"])
    paper = _Papers(staff, days, {"supplier": party})
    paper.add(LicenceKind.BUSINESS_LICENSE, uscc(serial), None)
    if row["kind"] == "dealer":
        paper.add(LicenceKind.DEALING_LICENSE, f"江药监械经营许2023{serial:04}号", ends, EVERYTHING, mode="wholesale")
        paper.add(LicenceKind.DEALING_FILING, f"江药监械经营备2023{serial:04}号", ends, EVERYTHING, mode="wholesale")
        return
    made = [family for family in families() if family.maker == row["code"]]
    codes = sorted({family.class_code[:2] for family in made if family.device_class != "I"})
    scope = [{"device_class": "", "class_code": code} for code in codes]
    paper.add(LicenceKind.PRODUCTION_LICENSE, f"江药监械生产许2023{serial:04}号", ends, scope)
    if any(family.device_class == "I" for family in made):
        paper.add(LicenceKind.PRODUCTION_FILING, f"江药监械生产备2023{serial:04}号", None, EVERYTHING)


def customers(staff: Staff, days: Days) -> list[Party]:
    """Every customer in the order of the table."""
    made = []
    for serial, row in enumerate(_rows("customers.csv"), start=51):
        scope = tuple(row["scope"].split("|")) if row["scope"] else ()
        fields = {name: row[name] for name in ("name", "kind", "address", "contact", "phone")}
        more = {"delivery_address": row["address"], "min_remaining_days": int(row["min_days"]), "uscc": uscc(serial)}
        if row["kind"] == "other_need":
            more["use_statement"] = "疾病监测采样与检验用。"
        party = staff.draft(Role.QUALITY_STAFF, CustomerDocument, {**fields, **more})
        if row["state"] != "draft":
            _customer_papers(staff, days, party, row, serial, scope)
            staff.perform(Role.QUALITY_HEAD, CustomerDocument.approve, party)
        made.append(Party(party, "", row["name"], row["state"], scope, int(row["min_days"])))
    return made


def _customer_papers(
    staff: Staff, days: Days, party: UUID, row: Mapping[str, str], serial: int, codes: Sequence[str]
) -> None:
    ends = _end_of_paper(days, row["state"])
    paper = _Papers(staff, days, {"customer": party})
    scope = [{"device_class": "", "class_code": code} for code in codes] or list(EVERYTHING)
    if row["kind"] == "dealer":
        paper.add(LicenceKind.BUSINESS_LICENSE, uscc(serial), None)
        paper.add(LicenceKind.DEALING_LICENSE, f"江药监械经营许2024{serial:04}号", ends, scope, mode="wholesale")
        paper.add(LicenceKind.DEALING_FILING, f"江药监械经营备2024{serial:04}号", ends, scope, mode="wholesale")
    elif row["kind"] == "other_need":
        paper.add(LicenceKind.PURPOSE_PROOF, f"JNCDC-{serial}", ends, scope)
    else:
        paper.add(LicenceKind.PRACTICE_LICENSE, f"PDY9{serial:04}1", ends, scope)


def _end_of_paper(days: Days, state: str) -> date:
    return {"expiring": days.ago(-18), "expired": days.ago(12)}.get(state, days.ago(-700))


@dataclass(frozen=True)
class _Papers:
    staff: Staff
    days: Days
    owner: Mapping[str, UUID]

    def add(
        self,
        kind: LicenceKind,
        number: str,
        ends: date | None,
        scope: Sequence[Mapping[str, str]] = (),
        *,
        mode: str = "",
    ) -> None:
        """A paper of the party, checked and in force."""
        fields = {"kind": kind, "licence_no": number, "valid_from": self.days.ago(1000), "valid_until": ends}
        fields |= {"issued_by": "江南省药品监督管理局", "mode": mode, **self.owner}
        made = self.staff.draft(Role.QUALITY_STAFF, LicenceDocument, fields, scope)
        self.staff.perform(Role.QUALITY_STAFF, LicenceDocument.put_into_force, made)
