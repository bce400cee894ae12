"""The log of backups: each step of each backup as a sealed row, written by the site's own job (GSP Art 23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meridian.evidence.models import BackupRecord, BackupStep
from meridian.evidence.restores import NOBODY, write_act
from meridian.kernel.clock import now
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7

TOLD_LENGTH = 400

_RECORD = """
INSERT INTO kernel_backup_record (id, transaction_id, at, step, passed, file, place, size, digest, manifest, told)
VALUES (%(id)s, %(tx)s, %(at)s, %(step)s, %(passed)s, %(file)s, %(place)s, %(size)s, %(digest)s, %(manifest)s, %(told)s)
"""


@dataclass(frozen=True)
class Stepped:
    """What one step came to. `size` in bytes; `digest` is the SHA-256 of the file, `manifest` that of its manifest."""

    step: BackupStep
    passed: bool
    place: str
    file: str = ""
    size: int = 0
    digest: str = ""
    manifest: str = ""
    told: str = ""


def record_step(stepped: Stepped) -> None:
    """Writes the row, in an act of nobody's: the job's own."""
    with transaction.atomic():
        at, label = now(), uuid7()
        write_act(label, at, author="系统", reason="定时备份")
        run(_RECORD, {"id": uuid7(), "tx": label, "at": at, "actor": NOBODY, "step": stepped.step.value,
                      "passed": stepped.passed, "file": stepped.file, "place": stepped.place, "size": stepped.size,
                      "digest": stepped.digest, "manifest": stepped.manifest,
                      "told": stepped.told[:TOLD_LENGTH]})  # fmt: skip


def newest(step: BackupStep, *, passed: bool) -> BackupRecord | None:
    """The newest record of a step with this result, of the whole store."""
    return BackupRecord.objects.filter(step=step, passed=passed).order_by("-at", "-pk").first()


def passed_steps(step: BackupStep, place: str) -> Sequence[BackupRecord]:
    """Every file that went well into a place, the newest first."""
    return list(BackupRecord.objects.filter(step=step, passed=True, place=place).order_by("-at", "-pk"))


def recent(limit: int) -> Sequence[BackupRecord]:
    """The newest rows of the log."""
    return list(BackupRecord.objects.order_by("-at", "-pk")[:limit])


def failed_since(step: BackupStep, since: datetime | None) -> BackupRecord | None:
    """The newest failure of a step after an instant, if any."""
    failed = newest(step, passed=False)
    return failed if failed is not None and (since is None or failed.at > since) else None
