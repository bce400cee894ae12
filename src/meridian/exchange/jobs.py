"""Imports in the background: checked and written in the name of who asked, watched and stopped from the page."""

import logging
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from meridian.exchange.models import ImportRun
from meridian.exchange.running import StoppedError, execute, is_running
from meridian.exchange.runs import check
from meridian.exchange.vocabulary import RunState, WorkKind
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.findings import Refused
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch, run

logger = logging.getLogger(__name__)
STALLED_SECONDS = 180
"""Without a sign of life for so long whoever works on it is taken for dead, and it is begun anew."""
TRIES_MAX = 3
_ONE_AT_A_TIME = 7_311_205
"""Number of the lock under which work is claimed."""
_CLAIM = """
UPDATE exchange_import_work SET state = 'running', done = 0, tries = tries + 1, touched_at = clock_timestamp()
WHERE id = (
  SELECT id FROM exchange_import_work
  WHERE state = 'waiting' OR (state = 'running' AND touched_at < clock_timestamp() - make_interval(secs => %(dead)s))
  ORDER BY touched_at LIMIT 1)
RETURNING id, company_id, run_id, kind, owner_id, owner_name, language, tries
"""
_TELL = """
UPDATE exchange_import_work SET done = %(done)s, total = %(total)s, touched_at = clock_timestamp()
WHERE id = %(id)s AND company_id = %(company)s AND state = 'running' RETURNING id
"""
_FAILED = "UPDATE exchange_import_work SET state = 'failed' WHERE id = %s AND company_id = %s"


def work_waiting() -> str:
    """Does what waits, one after another; how many."""
    done = 0
    while (claimed := _claim()) is not None:
        _work(claimed)
        done += 1
    return f"{done}"


def _claim() -> Mapping[str, Any] | None:
    names = ("id", "company", "run", "kind", "owner", "name", "language", "tries")
    with transaction.atomic():
        [(is_mine,)] = fetch("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        rows = fetch(_CLAIM, {"dead": STALLED_SECONDS}) if is_mine else []
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _work(claimed: Mapping[str, Any]) -> None:
    actor = Actor(claimed["owner"], claimed["name"], claimed["company"], Source.IMPORT)
    try:
        if claimed["tries"] > TRIES_MAX:
            raise RuntimeError("given up after too many tries")
        language, zone = translation.override(claimed["language"]), timezone.override(_zone())
        with in_company(actor.company_id), language, zone:
            _one(claimed, actor)
    except StoppedError:
        logger.info("import %s was stopped", claimed["run"])
    except Exception:  # whatever is wrong with one file must not hold up the next
        logger.exception("import %s failed", claimed["run"])
        run(_FAILED, [claimed["id"], claimed["company"]])


def _zone() -> tzinfo:
    return registry.providers.company_zone()


def _one(claimed: Mapping[str, Any], actor: Actor) -> None:
    found = ImportRun.objects.get(pk=claimed["run"])
    values = {"id": claimed["id"], "company": actor.company_id, "total": found.row_count}

    def tell(done: int) -> None:
        if not fetch(_TELL, values | {"done": done}):
            raise StoppedError

    if claimed["kind"] == WorkKind.CHECK and found.state == RunState.DRAFT:
        _check(found, claimed, actor, tell)
    elif claimed["kind"] == WorkKind.RUN and is_running(found.pk):
        execute(found, actor=actor, tell=tell)
    else:
        run("DELETE FROM exchange_import_work WHERE id = %s AND company_id = %s", [claimed["id"], actor.company_id])


def _check(found: ImportRun, claimed: Mapping[str, Any], actor: Actor, tell: Any) -> None:
    try:
        check(found, actor=actor, tell=tell)
    except Refused:
        run(_FAILED, [claimed["id"], claimed["company"]])
