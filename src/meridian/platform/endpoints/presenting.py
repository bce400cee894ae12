"""One document as the API answers it: header, lines, what may happen next and what stands in the way, neighbours."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from meridian.kernel.clock import Moment, now
from meridian.kernel.content import hash_of_content
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Related, Transition
from meridian.kernel.models import Document
from meridian.kernel.permission import Grants, readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.steps import judge, not_found
from meridian.platform.endpoints.listing import hidden_fields, shown_row
from meridian.platform.endpoints.schemas import shown_columns

LONGEST_CHAIN = 100


def find(document_type: AnyDocumentType, grants: Grants, document_id: UUID) -> Any:
    """A document the actor may read; raises Refused 404 for everything else, another company's rows included."""
    scope = readable(grants, document_type)
    model: Any = document_type.model
    found = model.objects.filter(scope, pk=document_id).first() if scope is not None else None
    if found is None:
        raise not_found()
    return found


def detail(document_type: AnyDocumentType, grants: Grants, document_id: UUID) -> dict[str, Any]:
    """Everything about one document that this actor may see."""
    document = find(document_type, grants, document_id)
    hidden = hidden_fields(document_type, grants)
    body: dict[str, Any] = {
        "header": header_of(document_type, document, hidden),
        "content_hash": hash_of_content(document_type, document_id),
        "transitions": _transitions(document_type, grants, document),
        "chain": [link for related in document_type.screen.related for link in _chain(related, grants, document)],
        "editable": document.state in document_type.editable_in,
    }
    if document_type.lines is not None:
        lines: Any = document_type.lines.model
        columns = [c.attname for c in shown_columns(lines) if not {c.name, c.attname} & hidden]
        rows = lines.objects.filter(document_id=document_id).order_by("line_no").values(*columns)
        body["lines"] = [shown_row(row) for row in rows]
    return body


def header_of(document_type: AnyDocumentType, document: Document, hidden: set[str]) -> dict[str, Any]:
    """The header's columns as JSON data, without secret ones."""
    columns = shown_columns(document_type.model)
    return shown_row({c.attname: getattr(document, c.attname) for c in columns if not {c.name, c.attname} & hidden})


def _transitions(document_type: AnyDocumentType, grants: Grants, document: Document) -> list[dict[str, Any]]:
    """The moves that are legal from this state, each with every gate asked now."""
    legal = [each for each in document_type.transitions.values() if document.state in each.source]
    if not legal:
        return []
    facts = document_type.load(current_company_id(), [document.pk], frozenset())[document.pk]
    moment = Moment.at(now(), registry.providers.site_zone(document.site_id))
    return [_transition(each, grants, document, facts, moment) for each in legal]


def _transition(
    transition: Transition[Any, Any], grants: Grants, document: Document, facts: Any, moment: Moment
) -> dict[str, Any]:
    asked = judge(transition, document, facts, moment, {})
    scope = transition.document.scope
    return {
        "name": transition.name,
        "label": str(transition.label),
        "target": str(transition.target),
        "permitted": grants.role_for(transition.permission, document, scope) is not None,
        "reason_required": transition.reason_required,
        "signature": transition.signature.value if transition.signature is not None else None,
        "gates": [
            {**entry.as_data(), "sentence": entry.gate.sentence, "kind": str(entry.gate.kind)} for entry in asked
        ],
    }


def _chain(related: Related, grants: Grants, document: Document) -> Iterator[dict[str, Any]]:
    """The neighbours of one kind that this actor may read."""
    other = registry.document_type(related.document)
    scope = readable(grants, other) if other is not None else None
    if other is None or scope is None:
        return
    model: Any = other.model
    wanted = {"pk": getattr(document, related.field, None)} if related.upstream else {related.field: document.pk}
    if None in wanted.values():
        return
    rows = model.objects.filter(scope, **wanted).order_by("pk").values_list("pk", "number", "state")
    for key, number, state in rows[:LONGEST_CHAIN]:
        yield {
            "document_type": other.code,
            "id": str(key),
            "number": number,
            "state": state,
            "upstream": related.upstream,
            "url": f"/api/v1/{other.module}/{other.slug}/{key}",
        }
