"""The chain a record stands in: its neighbours upstream and downstream, each one statement."""

from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meridian.kernel.declare import Related, column_field
from meridian.kernel.permission import readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.prepared import KEY, prepared
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Action, ChainLink

NEIGHBOURS_MAX = 3


def chain(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[ChainLink, ...]:
    """Upstream, this record, downstream; only types the reader may read."""
    before = [link for each in declared.screen.related if each.upstream for link in _links(each, document, reader)]
    after = [link for each in declared.screen.related if not each.upstream for link in _links(each, document, reader)]
    if not before and not after:
        return ()
    badge = state_badge(declared, document.state)
    here = ChainLink(
        label=declared.label, position="current", text=document.number, note=badge.label, tone=badge.tone,
        url=addresses.page_url(declared, document.pk),
    )  # fmt: skip
    return (*before, here, *after)


def followers(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[Action, ...]:
    """The documents this reader may make out of this one: forms that already name it."""
    made = []
    for related in declared.screen.related:
        other = None if related.upstream else registry.document_type(related.document)
        if other is not None and other.creatable and reader.may_draft(other) and (name := _input_of(other, related)):
            label = _("新建%(type)s") % {"type": other.label}
            url = f"{addresses.new_url(other)}?{urlencode({name: document.pk})}"
            made.append(Action(name=f"new-{other.code}", label=label, url=url, method="get", icon="plus"))
    return tuple(made)


def _input_of(other: AnyDocumentType, related: Related) -> str:
    """The form's name of the column that holds the earlier document's key; empty when the form has none."""
    fields = [column_field(ref) for ref in other.editable]
    return next((str(field.name) for field in fields if related.field in (field.name, field.attname)), "")


def _links(related: Related, document: Any, reader: Reader) -> list[ChainLink]:
    other = registry.document_type(related.document)
    scope = readable(reader.grants, other) if other is not None else None
    if other is None or scope is None:
        return []
    if related.upstream:
        key = getattr(document, related.field, None)
        condition = {"pk": key}
        if not isinstance(key, UUID):
            condition = {"pk": getattr(document, f"{related.field}_id", None)}
    else:
        condition = {related.field: document.pk}
    [(column, key)] = condition.items()
    model = other.model

    def neighbours(value: Any) -> QuerySet[Any, Any]:
        rows: QuerySet[Any] = model.objects.filter(scope, **{column: value}).order_by("-pk")
        return rows.values("pk", "number", "state")[: NEIGHBOURS_MAX + 1]

    if scope or key is None:
        found = list(neighbours(key))
    else:
        found = prepared((model, "neighbours", column), lambda: neighbours(KEY)).rows(key)
    position: Literal["before", "after"] = "before" if related.upstream else "after"
    if not found:
        nothing = related.label_when_none or _("尚无")
        return [ChainLink(label=other.label, position=position, text=nothing, tone="neutral")]
    links = []
    for row in found[:NEIGHBOURS_MAX]:
        badge = state_badge(other, row["state"])
        url = addresses.page_url(other, row["pk"])
        links.append(
            ChainLink(
                label=other.label, position=position, text=row["number"], note=badge.label, url=url, tone=badge.tone
            )
        )
    if len(found) > NEIGHBOURS_MAX:
        more = _("另有更多")
        links.append(ChainLink(label=other.label, position=position, text=more, url=addresses.list_url(other)))
    return links
