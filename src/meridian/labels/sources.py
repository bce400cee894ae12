"""What a print may be for, as its actor may see it: the lots of a receipt, lots, places, documents."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from meridian.accounts.rights import require_right
from meridian.inventory.models import StockMovement
from meridian.inventory.reach import with_all_below
from meridian.inventory.vocabulary import READ_STOCK, MovementType
from meridian.items.queries import units_of
from meridian.kernel.context import Actor, current_company_id
from meridian.kernel.permission import COMPANY_SCOPE, Grants, grants_of, readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import fetch
from meridian.kernel.steps import not_found
from meridian.labels.documents import LabelJobDocument
from meridian.labels.queries import prints_before
from meridian.labels.vocabulary import LABELS_MAX
from meridian.organization.models import Place
from meridian.organization.queries import place_tree, sites, standings
from meridian.warehouse.documents import GoodsReceiptDocument

FOUND_MAX = 20
"""Hits of a search that are offered."""


def in_scope(declared: AnyDocumentType, keys: list[UUID], grants: Grants) -> dict[UUID, Any]:
    """Documents by id, as far as the reader may see them; raises Refused 404 where one is missing."""
    scope = readable(grants, declared)
    found = {} if scope is None else {each.pk: each for each in declared.model.objects.filter(scope, pk__in=keys)}
    if len(found) < len(set(keys)):
        raise not_found()
    return found


def receipt_at(receipt_id: UUID, actor: Actor) -> Any:
    """The goods receipt within the actor's scope; raises Refused 404."""
    grants = grants_of(actor, [GoodsReceiptDocument.permission("read")])
    return in_scope(GoodsReceiptDocument, [receipt_id], grants)[receipt_id]


def packages_of_receipt(receipt_id: UUID) -> Mapping[UUID, int]:
    """How many packages of each lot a receipt brought, in the order of its lines; two statements.

    A package is what the identifier on the goods stands for: a case of 20 boxes is one. Started packages count whole.
    """
    rows = list(
        StockMovement.objects.filter(document_id=receipt_id, movement=MovementType.RECEIVE)
        .values_list("lot_id", "lot__di")
        .annotate(received=Sum("quantity"))
        .order_by("lot_id")
    )
    units = units_of([di for _lot, di, _received in rows if di])
    return {lot: _packages(received, units.get(di, Decimal(1))) for lot, di, received in rows}


def _packages(quantity: Decimal, units: Decimal) -> int:
    return min(int((quantity / units).to_integral_value(ROUND_CEILING)), LABELS_MAX)


def document_type_of(code: str, actor: Actor) -> AnyDocumentType:
    """The type of this code, if the actor reads such documents; raises Refused 404."""
    declared = registry.document_type(code)
    if declared is None or readable(grants_of(actor, [declared.permission("read")]), declared) is None:
        raise not_found()
    return declared


def standing_of_document(document: Any) -> tuple[UUID, UUID | None]:
    """The site and, for goods, the one warehouse a document is about."""
    return document.site_id, getattr(document, "warehouse_id", None)


def standing_of_printer(actor: Actor) -> tuple[UUID | None, UUID | None]:
    """The site and warehouse the actor prints for: those their post is held for, else the first site."""
    for grant in grants_of(actor, [LabelJobDocument.print.permission]).grants:
        if grant.scope_kind == COMPANY_SCOPE:
            break
        if grant.scope_kind == "site":
            return grant.scope_id, None
        if grant.scope_id is not None:
            return standings([grant.scope_id])[grant.scope_id].site_id, grant.scope_id
    found = sites()
    return (found[0].pk if found else None), None


def require_lots_in_sight(actor: Actor) -> None:
    """Refuses (403) who may not look at the stock book."""
    require_right(grants_of(actor, [READ_STOCK.code]), READ_STOCK)


def packages_to_offer(receipt_id: UUID) -> Mapping[UUID, int]:
    """The lots of a receipt with their packages, those without labels of this receipt first; three statements."""
    packages = packages_of_receipt(receipt_id)
    before = prints_before(list(packages), receipt_id)
    ordered = sorted(packages, key=lambda lot: (lot in before, lot))
    return {lot: packages[lot] for lot in ordered}


def places_found(text: str) -> Sequence[Place]:
    """The active places a text means, at most twenty: by the beginning of a code, or a part of a name."""
    named = Q(code__istartswith=text) | Q(name__icontains=text)
    return list(Place.objects.filter(named, is_active=True).order_by("code")[:FOUND_MAX])


def places_within(place_id: UUID) -> Sequence[UUID]:
    """The innermost places inside a place, by code; the place itself where nothing lies inside. One statement."""
    tree = place_tree()
    inside = with_all_below([place_id], [(place.id, place.parent_id) for place in tree])
    parents = {place.parent_id for place in tree}
    return [place.id for place in tree if place.id in inside and place.id not in parents]


def document_numbered(text: str, actor: Actor) -> tuple[AnyDocumentType, Any] | None:
    """The document of this number, as far as the actor may see it; three statements."""
    mine = "WHERE number = %(number)s AND company_id = %(company)s"
    parts = [
        f"SELECT '{each.code}', id FROM {each.model._meta.db_table} {mine}" for each in registry.document_types.values()
    ]
    values = {"number": text.upper(), "company": current_company_id()}
    for code, key in fetch(" UNION ALL ".join(parts), values):
        declared = registry.document_types[code]
        scope = readable(grants_of(actor, [declared.permission("read")]), declared)
        found = None if scope is None else declared.model.objects.filter(scope, pk=key).first()
        if found is not None:
            return declared, found
    return None
