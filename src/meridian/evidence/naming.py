"""What rows were called at a moment of the past, as the change trail kept it."""

from collections.abc import Collection
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch

_NAMED = """
SELECT row_id, id, new ->> 'code', new ->> 'name' FROM kernel_change
WHERE row_id = ANY(%s::uuid[]) AND company_id IS NOT DISTINCT FROM %s AND json_typeof(new) = 'object' ORDER BY id
"""


def names_then(asked: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """Code and name of rows of the company in scope as they stood when a change was written; one statement.

    Asked by key of the row and id of the change; rows that the trail does not know by then are left out.
    """
    steps: dict[UUID, list[tuple[UUID, str]]] = {}
    known: dict[UUID, tuple[str, str]] = {}
    if asked:
        for row_id, change_id, code, name in fetch(
            _NAMED, [array_text({key for key, _ in asked}), current_company_id()]
        ):
            before = known.get(row_id, ("", ""))
            known[row_id] = code or before[0], name or before[1]
            steps.setdefault(row_id, []).append((change_id, " ".join(known[row_id]).strip()))
    found = {}
    for key, change_id in asked:
        then = [label for since, label in steps.get(key, ()) if since <= change_id]
        if then:
            found[key, change_id] = then[-1]
    return found
