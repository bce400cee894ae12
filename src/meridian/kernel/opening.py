"""Documents that a service makes as the consequence of an act: a receipt opens the inspection of what arrived."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from meridian.kernel.closing import add_numbered
from meridian.kernel.declare import DocumentType
from meridian.kernel.sql import Parts
from meridian.kernel.work import NumberedInsert, Work


def open_document(
    work: Work[Any, Any], declared: type[DocumentType[Any, Any]], key: UUID, header: Mapping[str, Any],
    lines: str, columns: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes a new document in its first state, with its `lines` (a part `name AS (INSERT …)` over `columns`) at once.

    It stands at the site of the document at work, is numbered from its own series and created by the actor, whose
    right to the act is the right to what follows from it. Raises TypeError for a type that people create.
    """
    if declared.creatable:
        raise TypeError(f"{declared.code} is created through draft()")
    document, actor, day = work.document, work.actor, work.moment.site_day
    values = {
        "id": key, "company_id": document.company_id, "state": str(declared.initial), "version": 1,
        "site_id": document.site_id, "created_at": work.moment.instant, "created_by_id": actor.user_id,
        "created_by_name": actor.name, "retention_class": declared.retention.code, **header,
    }  # fmt: skip
    table = declared.model._meta.db_table
    insert = NumberedInsert(table, tuple(values), tuple(values.values()), declared.code, declared.number, day)
    parts = Parts()
    add_numbered(parts, [insert], document.company_id)
    parts.texts.append(lines.format(**{name: parts.value(value) for name, value in columns.items()}))
    parts.fetch("SELECT count(*) FROM numbered_0")
