"""Setting up a company: its rows, its places, its posts with their rights, and the first persons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import override

from meridian.kernel.act import open_act
from meridian.kernel.context import Actor, Source
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment, RolePermission, SeparationRule, User
from meridian.kernel.permission import permissions_of_type
from meridian.kernel.registry import registry
from meridian.kernel.sql import array_text, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.values.pinyin import initials_of
from meridian.ledger.services import set_up_chart
from meridian.organization.identifiers import is_uscc
from meridian.organization.models import Company, Department, Place, Site
from meridian.organization.vocabulary import PlaceKind, Role, ZoneKind

SYSTEM_ID = UUID(int=0)
"""The actor of set-up: no person, so it can sign nothing."""

SEPARATED = (
    (Role.ACCOUNTANT, Role.KEEPER, "会计不得兼管实物（会计法第三十五条）"),
    (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, "系统管理与安全管理分设（GB/T 22239 三员管理）"),
    (Role.SYSTEM_ADMIN, Role.AUDITOR, "系统管理与审计分设（GB/T 22239 三员管理）"),
    (Role.SECURITY_ADMIN, Role.AUDITOR, "安全管理与审计分设（GB/T 22239 三员管理）"),
)
"""Pairs of posts nobody may hold together. Buyer and inspector, picker and reviewer differ within one document:
that is `differs_from` of the transition, because a small firm may give both posts to one person (DESIGN §5)."""

STANDARD_PLACES = (
    (PlaceKind.WAREHOUSE, "", "WH1", "主仓库", ""),
    (PlaceKind.ZONE, ZoneKind.PENDING, "DY", "待验区", "WH1"),
    (PlaceKind.ZONE, ZoneKind.QUALIFIED, "HG", "合格品区", "WH1"),
    (PlaceKind.ZONE, ZoneKind.NONCONFORMING, "BHG", "不合格品区", "WH1"),
    (PlaceKind.ZONE, ZoneKind.DISPATCH, "FH", "发货区", "WH1"),
    (PlaceKind.ZONE, ZoneKind.RETURNS, "TH", "退货区", "WH1"),
)
"""The zones GSP Art 40 asks for: level, zone kind, code, name, code of the place it lies in."""


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """A zone or bin to add; `inside` is the code of the place it lies in. Degrees Celsius, or none of its own."""

    kind: PlaceKind
    zone_kind: ZoneKind
    code: str
    name: str
    inside: str
    temperature_celsius_min: Decimal | None = None
    temperature_celsius_max: Decimal | None = None


@dataclass(frozen=True)
class NewUser:
    """A person of a new company; `password` is the plain text, kept only as its hash."""

    username: str
    name: str
    roles: Sequence[Role]
    password: str
    email: str = ""


@dataclass(frozen=True)
class NewCompany:
    """What a company is set up from. Time zones are IANA names."""

    name: str
    uscc: str
    users: Sequence[NewUser]
    address: str = ""
    phone: str = ""
    site_code: str = "S1"
    site_name: str = "总部"
    time_zone: str = "Asia/Shanghai"
    departments: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class CompanySetUp:
    """The rows a caller goes on with."""

    company_id: UUID
    site_id: UUID
    users: Mapping[str, UUID]
    places: Mapping[ZoneKind, UUID]
    system: Actor
    instant: datetime


def system_actor(company_id: UUID) -> Actor:
    """The actor of set-up and of jobs without a person: a machine, which signs nothing."""
    return Actor(user_id=SYSTEM_ID, name="系统", company_id=company_id, source=Source.COMMAND, is_machine=True)


def set_up_company(new: NewCompany) -> CompanySetUp:
    """Creates a company with one site, the zones of GSP Art 40, its chart of accounts, all posts and its first persons.

    One act. Posts get the rights that the assembled document types name. Raises ValueError for a faulty social credit
    code, an unknown time zone or separated posts in one hand, IntegrityError for a user name in use.
    """
    if not is_uscc(new.uscc):
        raise ValueError(f"{new.uscc} is not a unified social credit code (GB 32100)")
    ZoneInfo(new.time_zone)
    company_id = uuid7()
    system = system_actor(company_id)
    with open_act(system, reason="公司建账") as act:
        Company(id=company_id, company_id=company_id, name=new.name, uscc=new.uscc, address=new.address,
                phone=new.phone, time_zone=new.time_zone).save(force_insert=True)  # fmt: skip
        site = Site(code=new.site_code, name=new.site_name, time_zone=new.time_zone, address=new.address)
        site.save(force_insert=True)
        Department.objects.bulk_create(Department(code=code, name=name) for code, name in new.departments)
        places = create_standard_places(site)
        set_up_chart()
        roles = create_roles()
        users = create_users(company_id, new.users, roles, act.instant)
        return CompanySetUp(company_id=company_id, site_id=site.pk, users=users, places=places, system=system,
                            instant=act.instant)  # fmt: skip


def create_standard_places(site: Site) -> dict[ZoneKind, UUID]:
    """One warehouse with the five zones of GSP Art 40; the zones' ids by kind. Inside an act only."""
    made: dict[str, Place] = {}
    for kind, zone_kind, code, name, parent in STANDARD_PLACES:
        made[code] = Place(site=site, parent=made.get(parent), kind=kind, zone_kind=zone_kind, code=code, name=name)
    Place.objects.bulk_create(made.values())
    return {ZoneKind(place.zone_kind): place.pk for place in made.values() if place.zone_kind}


def add_places(site_id: UUID, new: Sequence[NewPlace], *, actor: Actor) -> Mapping[str, UUID]:
    """Adds zones and bins to a site, those that hold others first; all its places by code. One act.

    Raises LookupError for a place inside one that is not there, IntegrityError for a code in use.
    """
    with open_act(actor, reason="增设库区货位"):
        known = dict(Place.objects.filter(site_id=site_id).values_list("code", "id"))
        rows = []
        for place in new:
            if place.inside not in known:
                raise LookupError(f"{place.code}: there is no place {place.inside} at this site")
            row = Place(
                site_id=site_id, parent_id=known[place.inside], kind=place.kind, zone_kind=place.zone_kind,
                code=place.code, name=place.name, temperature_celsius_min=place.temperature_celsius_min,
                temperature_celsius_max=place.temperature_celsius_max,
            )  # fmt: skip
            known[place.code] = row.pk
            rows.append(row)
        Place.objects.bulk_create(rows)
    return known


_SET_UP = """
INSERT INTO organization_place (id, company_id, site_id, parent_id, kind, zone_kind, code, name,
                                temperature_celsius_min, temperature_celsius_max, is_active)
SELECT kernel_uuid7(), %(company)s, %(site)s, %(inside)s, %(kind)s, %(zone_kind)s, u.code, u.name, %(low)s, %(high)s,
       true
FROM unnest(%(codes)s::text[], %(names)s::text[]) AS u(code, name)
"""
_BELOW = """
(p.id = %(place)s OR p.parent_id = %(place)s OR EXISTS (
  SELECT FROM organization_place z
  WHERE z.id = p.parent_id AND z.parent_id = %(place)s AND z.company_id = p.company_id))
"""
_CLOSE = f"""
UPDATE organization_place p SET is_active = false WHERE p.company_id = %(company)s AND p.is_active AND {_BELOW}
"""
_REOPEN = f"""
UPDATE organization_place p SET is_active = true
WHERE p.company_id = %(company)s AND NOT p.is_active AND {_BELOW}
  AND NOT (p.id = ANY(%(closed)s::uuid[]) OR p.parent_id = ANY(%(closed)s::uuid[]) OR EXISTS (
    SELECT FROM organization_place z
    WHERE z.id = p.parent_id AND z.parent_id = ANY(%(closed)s::uuid[]) AND z.company_id = p.company_id))
"""


@dataclass(frozen=True)
class PlacesToSetUp:
    """Places of one kind inside another place; `names` go with `codes`. Degrees Celsius, or none of their own."""

    site_id: UUID
    inside_id: UUID
    kind: str
    zone_kind: str
    codes: Sequence[str]
    names: Sequence[str]
    temperature_celsius_min: Decimal | None
    temperature_celsius_max: Decimal | None


def set_up_places(company_id: UUID, new: PlacesToSetUp) -> None:
    """Adds places, in use from now on; one statement for one or five thousand. Inside an act only."""
    run(_SET_UP, {
        "company": company_id, "site": new.site_id, "inside": new.inside_id, "kind": new.kind,
        "zone_kind": new.zone_kind, "codes": array_text(new.codes), "names": array_text(new.names),
        "low": new.temperature_celsius_min, "high": new.temperature_celsius_max,
    })  # fmt: skip


def close_place(company_id: UUID, place_id: UUID) -> None:
    """Takes a place and all that lies inside it out of use. Inside an act only."""
    run(_CLOSE, {"company": company_id, "place": place_id})


def reopen_place(company_id: UUID, place_id: UUID, still_closed: Sequence[UUID]) -> None:
    """Puts a place and what lies inside it to use again, except what is closed otherwise. Inside an act only."""
    run(_REOPEN, {"company": company_id, "place": place_id, "closed": array_text(still_closed)})


def create_roles() -> dict[str, RoleRow]:
    """Every post with the rights all assembled document types give it, and the separated pairs. Inside an act only."""
    with override("zh-hans"):
        rows = {role.value: RoleRow(code=role.value, name=str(role.label)) for role in Role}
    RoleRow.objects.bulk_create(rows.values())
    RolePermission.objects.bulk_create(
        RolePermission(role=rows[code], permission=permission) for code, permission in sorted(installed_rights())
    )
    SeparationRule.objects.bulk_create(
        SeparationRule(role_code=first.value, excludes_code=second.value, reason=reason)
        for first, second, reason in SEPARATED
    )
    return rows


def installed_rights() -> set[tuple[str, str]]:
    """The (role code, permission) pairs of all document types and further rights; ValueError for an unknown post."""
    rights: set[tuple[str, str]] = set()
    known = {role.value for role in Role}
    for declared in registry.document_types.values():
        for permission, codes in permissions_of_type(declared).items():
            rights |= {(str(code), permission) for code in codes}
        rights.add((Role.AUDITOR.value, declared.permission("read")))  # 检查员 reads everything, moves nothing
    for right in registry.rights.values():
        rights |= {(str(code), right.code) for code in right.held_by}
    unknown = {code for code, _permission in rights} - known
    if unknown:
        raise ValueError(f"declarations name posts nobody can hold: {sorted(unknown)}")
    return rights


def create_users(
    company_id: UUID, users: Iterable[NewUser], roles: Mapping[str, RoleRow], instant: datetime
) -> dict[str, UUID]:
    """Persons with their posts in the whole company from this instant on; their ids by user name. Inside an act only.

    Raises ValueError when a person would hold two separated posts.
    """
    made: dict[str, UUID] = {}
    assignments: list[RoleAssignment] = []
    rows: list[User] = []
    for new in users:
        held = {str(role) for role in new.roles}
        for first, second, reason in SEPARATED:
            if {first.value, second.value} <= held:
                raise ValueError(f"{new.username}: {reason}")
        row = User(username=new.username, name=new.name, email=new.email, company_id=company_id)
        row.set_password(new.password)
        rows.append(row)
        made[new.username] = row.pk
        assignments += [RoleAssignment(user_id=row.pk, role=roles[code], valid_from=instant) for code in sorted(held)]
    User.objects.bulk_create(rows)
    RoleAssignment.objects.bulk_create(assignments)
    return made


def mnemonic_of(text: str, length: int = 60) -> str:
    """The search code of a Chinese name: initials of its pinyin, letters and digits as they are, upper case."""
    return "".join(character for character in initials_of(text) if character.isalnum()).upper()[:length]


class ReadPaper(Protocol):
    """Facts of a paper with a period."""

    @property
    def valid_until(self) -> date | None: ...
    @property
    def read_on(self) -> date: ...


def paper_anchors(facts: ReadPaper) -> RetentionAnchors:
    """A paper is kept from its last day or its latest move, whichever is later (R0)."""
    return RetentionAnchors(base_day=max(facts.read_on, facts.valid_until or facts.read_on))


def require_period(draft: Draft) -> None:
    """A paper ends no earlier than it begins; raises Refused 422 `field_invalid`."""
    first: date | None = draft.header.get("valid_from", getattr(draft.document, "valid_from", None))
    last: date | None = draft.header.get("valid_until", getattr(draft.document, "valid_until", None))
    if first is not None and last is not None and last < first:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("有效期至 {last} 早于生效日期 {first}。", first=first, last=last),
                      field_name="valid_until")  # fmt: skip
