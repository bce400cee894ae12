"""Backups the site makes by itself: every day at a set time, copied to a second place, proved, cleared by rule.

Off until `MERIDIAN_BACKUP_AT` is set. Every step leaves a sealed row; a step that failed is tried again each hour.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from meridian.evidence.backups import Stepped, failed_since, newest, passed_steps, record_step
from meridian.evidence.models import BackupRecord, BackupStep, RestoreRecord
from meridian.kernel.clock import now
from meridian.site.backup import BackupError, make_backup
from meridian.site.backup_archive import digest_of

RETRY = timedelta(hours=1)
PROVED_EVERY = timedelta(days=7)
_KEEP_DAYS, _KEEP_LEAST = 30, 7
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """What the environment says. `at` is the time of day in `zone`; `second` may be none."""

    at: time
    zone: ZoneInfo
    first: Path
    second: Path | None
    keep_days: int
    keep_least: int
    """So many of the newest good files stay in each place however old they are; at least one."""
    proves: bool

    def due_since(self, instant: datetime) -> datetime:
        """The last set time that has come."""
        today = datetime.combine(instant.astimezone(self.zone).date(), self.at, self.zone)
        return today if today <= instant else today - _DAY


def plan_of(environment: Mapping[str, str], store: Path) -> Plan | None:
    """The plan, or None where no time is set. Raises BackupError with a sentence for a plan that cannot be kept."""
    if not (at := environment.get("MERIDIAN_BACKUP_AT", "")):
        return None
    try:
        hour = time.fromisoformat(at)
        days = int(environment.get("MERIDIAN_BACKUP_KEEP_DAYS") or _KEEP_DAYS)
        least = int(environment.get("MERIDIAN_BACKUP_KEEP_LEAST") or _KEEP_LEAST)
        zone = ZoneInfo(environment.get("MERIDIAN_BACKUP_ZONE") or "Asia/Shanghai")
    except (ValueError, KeyError, OSError) as error:
        raise BackupError(f"the backup settings cannot be read: {error}") from None
    if days < 1 or least < 1:
        raise BackupError("MERIDIAN_BACKUP_KEEP_DAYS and MERIDIAN_BACKUP_KEEP_LEAST are 1 or more")
    first = Path(environment.get("MERIDIAN_BACKUP_DIR") or store.parent / "backups").resolve()
    to = environment.get("MERIDIAN_BACKUP_TO", "")
    second = Path(to).resolve() if to else None
    if second is not None and (second == first or second.is_relative_to(first) or first.is_relative_to(second)):
        raise BackupError("MERIDIAN_BACKUP_TO is not a second place: it lies where the backup is made")
    return Plan(hour, zone, first, second, days, least, environment.get("MERIDIAN_RESTORE_PROOF") == "weekly")


def back_up() -> str:
    """The periodic job: makes what is due, copies what is not copied, clears what may go; what it did.

    Raises BackupError or OSError where a step failed, now or at its last try within the hour.
    """
    store = Path(settings.STORE)
    plan = plan_of(os.environ, store)
    if plan is None:
        return "off"
    made = newest(BackupStep.MADE, passed=True)
    if made is None or made.at < plan.due_since(now()):
        made = _tried(BackupStep.MADE, str(plan.first), made, lambda: _make(plan, store))
    if plan.second is not None and not _is_copied(made, plan.second):
        second = plan.second
        _tried(BackupStep.COPIED, str(second), newest(BackupStep.COPIED, passed=True), lambda: _copied(made, second))
    removed = sum(_clear(plan, step, place) for step, place in _places(plan))
    return f"{made.file}, -{removed}" if removed else made.file


def prove() -> str:
    """The weekly proof: the newest good file, of the second place where there is one, into a scratch database.

    Runs as a command of its own, which writes the signed record. Raises BackupError where it did not pass.
    """
    plan = plan_of(os.environ, Path(settings.STORE))
    if plan is None or not plan.proves:
        return "off"
    last = RestoreRecord.objects.order_by("-at").first()
    if last is not None and now() - last.at < PROVED_EVERY:
        if not last.passed:
            raise BackupError("the last restore proof did not pass")
        return "rests"
    step, place = _places(plan)[-1]
    found = next((each for each in passed_steps(step, str(place)) if _is_there(each)), None)
    if found is None:
        return "nothing yet"
    command = [
        sys.executable,
        "-P",
        "-m",
        "meridian.site.command_line",
        "restore",
        str(place / found.file),
        "--scratch",
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise BackupError(" ".join(done.stdout.strip().splitlines()[-2:]) or "the restore proof did not run")
    return found.file


def _tried(step: BackupStep, place: str, last: BackupRecord | None, work: Callable[[], Stepped]) -> BackupRecord:
    """One try of a step, recorded whatever comes of it; within an hour of a failure its words are raised again."""
    failed = failed_since(step, last.at if last else None)
    if failed is not None and now() - failed.at < RETRY:
        raise BackupError(failed.told)
    try:
        record_step(work())
    except (BackupError, OSError) as error:
        record_step(Stepped(step, passed=False, place=place, told=f"{error}"))
        raise
    written = newest(step, passed=True)
    if written is None:
        raise LookupError("the record of the backup is gone")
    return written


def _make(plan: Plan, store: Path) -> Stepped:
    made = make_backup(os.environ["DATABASE_OWNER_URL"], store, plan.first, lambda _stage: None)
    return Stepped(
        BackupStep.MADE,
        passed=True,
        place=str(plan.first),
        file=made.path.name,
        size=made.path.stat().st_size,
        digest=digest_of(made.path),
        manifest=made.manifest.digest,
    )


def _copied(made: BackupRecord, second: Path) -> Stepped:
    copy_verified(Path(made.place) / made.file, second, made.digest)
    return Stepped(BackupStep.COPIED, passed=True, place=str(second), file=made.file, size=made.size,
                   digest=made.digest, manifest=made.manifest)  # fmt: skip


def copy_verified(source: Path, second: Path, digest: str) -> Path:
    """Copies a file into a directory that is there already; it appears whole, read back and compared, or not at all.

    Raises BackupError where the directory is missing (a mount that is not there is never made up) or the copy differs.
    """
    if not second.is_dir():
        raise BackupError(f"the second place {second} is not there")
    target, unfinished = second / source.name, second / f".{source.name}.unfinished"
    try:
        with source.open("rb") as given, open(unfinished, "wb", opener=_private) as taken:
            shutil.copyfileobj(given, taken, 1024 * 1024)
            taken.flush()
            os.fsync(taken.fileno())
        if digest_of(unfinished) != digest:
            raise BackupError(f"the copy of {source.name} in {second} is not what was made")
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _places(plan: Plan) -> list[tuple[BackupStep, Path]]:
    places = [(BackupStep.MADE, plan.first)]
    return [*places, (BackupStep.COPIED, plan.second)] if plan.second is not None else places


def _is_copied(made: BackupRecord, second: Path) -> bool:
    return any(each.file == made.file and _is_there(each) for each in passed_steps(BackupStep.COPIED, str(second)))


def _is_there(record: BackupRecord) -> bool:
    path = Path(record.place) / record.file
    return path.is_file() and path.stat().st_size == record.size


def _clear(plan: Plan, step: BackupStep, place: Path) -> int:
    """Removes files of ours that are older than the rule, never one of the newest good ones; how many."""
    there = [each for each in passed_steps(step, str(place)) if _is_there(each)]
    oldest_kept = now() - plan.keep_days * _DAY
    old = [each for each in there[plan.keep_least :] if each.at < oldest_kept]
    for each in old:
        (place / each.file).unlink()
        record_step(Stepped(BackupStep.REMOVED, passed=True, place=each.place, file=each.file, size=each.size,
                            digest=each.digest))  # fmt: skip
    return len(old)
