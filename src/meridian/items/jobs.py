"""Snapshots of the published catalogue, loaded by the worker in the name of who asked: watched, and cancelled."""

from typing import Any
from uuid import UUID

from meridian.items.catalogue import CatalogueError, read_catalogue
from meridian.items.documents import CatalogueSnapshotDocument
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.sql import fetch, run
from meridian.platform.attachments.files import content_of

STALLED_SECONDS = 180
"""Without a sign of life for so long whoever loads it is taken for dead, and it is begun anew."""

_WAITING = """
SELECT s.id, s.company_id, t.actor_id, t.actor_name
FROM items_catalogue_snapshot s
CROSS JOIN LATERAL (
  SELECT x.actor_id, x.actor_name FROM kernel_transition x
  WHERE x.document_id = s.id AND x.company_id IS NOT DISTINCT FROM s.company_id AND x.transition = 'load_in_background'
  ORDER BY x.id DESC LIMIT 1
) t
WHERE s.state = 'loading' ORDER BY s.id
"""
_CLAIM = """
INSERT INTO items_catalogue_progress AS p (id, company_id, snapshot_id, done, touched_at)
VALUES (kernel_uuid7(), %(company)s, %(snapshot)s, 0, clock_timestamp())
ON CONFLICT (snapshot_id, company_id) DO UPDATE SET done = 0, touched_at = clock_timestamp()
  WHERE p.touched_at < clock_timestamp() - make_interval(secs => %(dead)s)
RETURNING id
"""
_TELL = """
UPDATE items_catalogue_progress p SET done = %(done)s, touched_at = clock_timestamp()
WHERE p.snapshot_id = %(snapshot)s AND p.company_id = %(company)s AND EXISTS (
  SELECT FROM items_catalogue_snapshot s
  WHERE s.id = p.snapshot_id AND s.company_id = p.company_id AND s.state = 'loading')
RETURNING id
"""
_DONE = "DELETE FROM items_catalogue_progress WHERE snapshot_id = %s AND company_id = %s"
_FILES = """
SELECT sha256 FROM attachments_attachment
WHERE document_id = %s AND company_id = %s AND withdrawn_at IS NULL ORDER BY id LIMIT 1
"""


class CancelledError(Exception):
    """The snapshot is no longer to be loaded."""


def load_waiting() -> str:
    """Loads what waits, one snapshot after another; how many. May be killed anywhere: what was begun is begun anew."""
    loaded = 0
    for snapshot_id, company_id, user_id, name in fetch(_WAITING):
        actor = Actor(user_id, name, company_id, Source.JOB)
        key = {"snapshot": snapshot_id, "company": company_id}
        if fetch(_CLAIM, key | {"dead": STALLED_SECONDS}):
            try:
                loaded += _loaded(snapshot_id, actor)
            finally:
                run(_DONE, [snapshot_id, company_id])
    return f"{loaded}"


def _loaded(snapshot_id: UUID, actor: Actor) -> bool:
    """Whether it was loaded; a file that cannot be read goes back to its draft with the reason."""
    try:
        _look_through(snapshot_id, actor)
        perform(CatalogueSnapshotDocument.finish_loading, Command(document_id=snapshot_id), actor=actor)
    except CancelledError:
        return False
    except Refused as refused:
        reason = " ".join(str(finding.evidence) for finding in refused.findings)[:500]
        command = Command(document_id=snapshot_id, reason=reason)
        perform(CatalogueSnapshotDocument.cancel_loading, command, actor=actor)
        return False
    return True


def _look_through(snapshot_id: UUID, actor: Actor) -> None:
    """Reads the file once before it is loaded in one act, telling how far; raises CancelledError between two tellings.

    What is wrong with the file is left to the gate.
    """

    def tell(done: int) -> None:
        values: dict[str, Any] = {"done": done, "snapshot": snapshot_id, "company": actor.company_id}
        if not fetch(_TELL, values):
            raise CancelledError(snapshot_id)

    with in_company(actor.company_id):
        for (sha256,) in fetch(_FILES, [snapshot_id, actor.company_id]):
            try:
                tell(len(read_catalogue(content_of(sha256), tell)))
            except CatalogueError:
                return
