"""Gates of places: set up under a code of their own where they belong, closed only when nothing lies there."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import listed, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import PlaceKind, Role, ZoneKind

NAMED = 5
"""How many codes a sentence names."""


class SetsUpPlaces(Protocol):
    """Places about to be set up inside another."""

    @property
    def inside_id(self) -> UUID: ...
    @property
    def inside_name(self) -> str: ...
    @property
    def inside_kind(self) -> str: ...
    @property
    def inside_zone_kind(self) -> str: ...
    @property
    def inside_is_active(self) -> bool: ...
    @property
    def inside_is_at_site(self) -> bool: ...
    @property
    def place_kind(self) -> str: ...
    @property
    def zone_kind(self) -> str: ...
    @property
    def taken(self) -> Sequence[str]: ...


class ClosesPlace(Protocol):
    """A place about to go out of use."""

    @property
    def place_id(self) -> UUID: ...
    @property
    def place_name(self) -> str: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def is_at_site(self) -> bool: ...
    @property
    def heaps(self) -> int: ...
    @property
    def heap_at(self) -> str: ...


@gate(law="GSP-42", blocks="货位代码已被占用 · place code in use", aliases=["PLACE_CODE_TAKEN"])
def place_codes_free(facts: SetsUpPlaces, moment: Moment) -> Sequence[Breach]:
    """No other place of the site has one of the codes: a code names one place, on its label and in every record."""
    del moment
    if not facts.taken:
        return []
    evidence = message("{count} 个代码已被占用：{codes}。", count=len(facts.taken), codes=listed(facts.taken[:NAMED]))
    return [Breach(evidence=evidence, owner=Role.WAREHOUSE_MANAGER)]


@gate(
    law="GSP-40", blocks="上级位置不合适 · place cannot be set up there", aliases=["PLACE_PARENT_UNFIT"], locks=[Place]
)
def place_fits_inside(facts: SetsUpPlaces, moment: Moment) -> Sequence[Breach]:
    """A zone lies in a warehouse and says what it is for, a bin in a zone and is for the same (GSP Art 40)."""
    del moment
    if not facts.inside_is_at_site:
        evidence = message("{place} 不在本单据的场所。", place=facts.inside_name)
    elif not facts.inside_is_active:
        evidence = message("{place} 已停用。", place=facts.inside_name)
    elif facts.place_kind == PlaceKind.ZONE and facts.inside_kind != PlaceKind.WAREHOUSE:
        evidence = message("库区只能设在仓库内，{place} 不是仓库。", place=facts.inside_name)
    elif facts.place_kind == PlaceKind.ZONE and not facts.zone_kind:
        evidence = message("请填写库区性质。")
    elif facts.place_kind == PlaceKind.BIN and facts.inside_kind != PlaceKind.ZONE:
        evidence = message("货位只能设在库区内，{place} 不是库区。", place=facts.inside_name)
    elif facts.place_kind == PlaceKind.BIN and facts.zone_kind not in ("", facts.inside_zone_kind):
        evidence = message("{place} 是{zone}，其中的货位也是。", place=facts.inside_name,
                           zone=ZoneKind(facts.inside_zone_kind).label)  # fmt: skip
    else:
        return []
    return [Breach(evidence=evidence, subject_id=facts.inside_id, owner=Role.WAREHOUSE_MANAGER)]


@gate(law="GSP-40", blocks="位置上还有货，不能停用 · goods lie there", aliases=["PLACE_NOT_EMPTY"], locks=[Place])
def nothing_lies_there(facts: ClosesPlace, moment: Moment) -> Sequence[Breach]:
    """No stock lies at the place or at any place inside it: goods are not put out of sight (GSP Art 40)."""
    del moment
    if not facts.heaps:
        return []
    evidence = message("{place} 还有 {heaps} 笔在库，如 {first}；请先移走。", place=facts.place_name, heaps=facts.heaps,
                       first=facts.heap_at)  # fmt: skip
    remedy = Remedy(label="移库", document_type="internal_move")
    return [Breach(evidence=evidence, subject_id=facts.place_id, owner=Role.KEEPER, remedy=remedy)]


@gate(law="GSP-40", blocks="位置不在用 · place is not in use", aliases=["PLACE_NOT_IN_USE"], locks=[Place])
def place_still_in_use(facts: ClosesPlace, moment: Moment) -> Sequence[Breach]:
    """Only a place in use at the document's own site is closed; what is closed already has its own document."""
    del moment
    if facts.is_active and facts.is_at_site:
        return []
    evidence = message("{place} 已停用，或不在本单据的场所。", place=facts.place_name)
    return [Breach(evidence=evidence, subject_id=facts.place_id, owner=Role.WAREHOUSE_MANAGER)]
