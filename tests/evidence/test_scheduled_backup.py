"""Backups by themselves: at the set time, into a second place, compared, cleared by rule, and an alarm without them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from meridian.evidence.backups import Stepped, recent, record_step
from meridian.evidence.models import BackupRecord, BackupStep
from meridian.evidence.seal import seal_with
from meridian.kernel.clock import now
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7
from meridian.site import postgres
from meridian.site.backup import BackupError
from meridian.site.backup_alarms import backup_alarms
from meridian.site.backup_archive import digest_of
from meridian.site.database import as_role
from meridian.site.postgres import Urls
from meridian.site.scheduled_backup import back_up, copy_verified, plan_of
from tests.accounts.firm import new_firm

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = {"MERIDIAN_BACKUP_AT": "01:30"}


def test_without_a_time_there_is_no_plan() -> None:
    assert plan_of({}, Path("/store")) is None


@pytest.mark.parametrize(
    ("instant", "due"),
    [
        (datetime(2026, 11, 28, 1, 29, 59, tzinfo=SHANGHAI), datetime(2026, 11, 27, 1, 30, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 28, 1, 30, tzinfo=SHANGHAI), datetime(2026, 11, 28, 1, 30, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 27, 17, 30, tzinfo=UTC), datetime(2026, 11, 28, 1, 30, tzinfo=SHANGHAI)),
    ],
)
def test_a_backup_is_due_from_the_set_time_of_the_site_s_day(instant: datetime, due: datetime) -> None:
    plan = plan_of(AT, Path("/store"))
    assert plan is not None
    assert plan.due_since(instant) == due


@pytest.mark.parametrize(
    "wrong",
    [
        {"MERIDIAN_BACKUP_AT": "half past one"},
        {"MERIDIAN_BACKUP_KEEP_LEAST": "0"},
        {"MERIDIAN_BACKUP_KEEP_DAYS": "x"},
        {"MERIDIAN_BACKUP_TO": "/place/backups"},
        {"MERIDIAN_BACKUP_TO": "/place/backups/second"},
        {"MERIDIAN_BACKUP_ZONE": "Nowhere/At_All"},
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_with_a_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(BackupError):
        plan_of({**AT, **wrong}, Path("/place/store"))


def test_a_copy_appears_whole_and_compared_or_not_at_all(tmp_path: Path) -> None:
    source, second = tmp_path / "one.tar", tmp_path / "second"
    source.write_bytes(b"backup")
    with pytest.raises(BackupError, match="is not there"):
        copy_verified(source, second, digest_of(source))
    assert not second.exists(), "a mount that is away is never made up"
    second.mkdir()
    with pytest.raises(BackupError, match="not what was made"):
        copy_verified(source, second, "0" * 64)
    assert list(second.iterdir()) == []
    copy_verified(source, second, digest_of(source))
    assert [path.name for path in second.iterdir()] == ["one.tar"]
    assert (second / "one.tar").read_bytes() == b"backup"


@pytest.fixture
def place(database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A running store of its own that backs up beside itself and into `second`."""
    name = f"backing_{uuid7().hex}"
    urls = postgres.create_database(database_urls, name, template="meridian_template")
    (tmp_path / "second").mkdir()
    monkeypatch.setattr(settings, "STORE", tmp_path / "store")
    for variable, value in {"MERIDIAN_BACKUP_AT": "00:00", "DATABASE_OWNER_URL": urls.owner,
                            "MERIDIAN_BACKUP_TO": str(tmp_path / "second")}.items():  # fmt: skip
        monkeypatch.setenv(variable, value)
    with as_role(urls.application):
        seal_with(urls.seal, tmp_path / "store")
        yield tmp_path
    postgres.drop_database(database_urls, name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.committing
def test_a_due_backup_is_made_copied_recorded_and_then_rests(place: Path) -> None:
    assert {alarm.code for alarm in backup_alarms()} == {"backup_late"}
    name = back_up()
    first, second = place / "backups" / name, place / "second" / name
    assert digest_of(first) == digest_of(second)
    made = BackupRecord.objects.get(step=BackupStep.MADE)
    assert (made.passed, made.size, made.digest) == (True, first.stat().st_size, digest_of(first))
    assert BackupRecord.objects.get(step=BackupStep.COPIED).place == str(place / "second")
    assert backup_alarms() == []
    assert back_up() == name
    assert len(recent(10)) == 2, "not due again"


@pytest.mark.django_db(transaction=True)
@pytest.mark.committing
def test_a_second_place_that_is_away_raises_the_alarm_and_is_caught_up_later(place: Path) -> None:
    (place / "second").rmdir()
    with pytest.raises(BackupError, match="is not there"):
        back_up()
    assert [alarm.code for alarm in backup_alarms()] == ["backup_not_copied"]
    with pytest.raises(BackupError, match="is not there"):
        back_up()
    assert BackupRecord.objects.filter(passed=False).count() == 1, "tried again each hour, not each run"
    (place / "second").mkdir()
    with as_role(os.environ["DATABASE_OWNER_URL"]):
        run("ALTER TABLE kernel_backup_record DISABLE TRIGGER USER")
        run("UPDATE kernel_backup_record SET at = at - interval '61 minutes' WHERE NOT passed")
        run("ALTER TABLE kernel_backup_record ENABLE TRIGGER USER")
    name = back_up()
    assert (place / "second" / name).is_file()
    assert backup_alarms() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.committing
def test_the_rule_clears_old_files_of_its_own_and_never_the_last_good_ones(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MERIDIAN_BACKUP_KEEP_LEAST", "2")
    monkeypatch.setenv("MERIDIAN_BACKUP_KEEP_DAYS", "3")
    back_up()
    backups = place / "backups"
    strange = backups / "of-somebody-else.tar"
    strange.write_bytes(b"?")
    for number in range(3):
        old = backups / f"old-{number}.tar"
        old.write_bytes(b"old")
        record_step(Stepped(BackupStep.MADE, True, str(backups), old.name, 3, digest_of(old)))
    with as_role(os.environ["DATABASE_OWNER_URL"]):
        run("ALTER TABLE kernel_backup_record DISABLE TRIGGER USER")
        run("UPDATE kernel_backup_record SET at = %s WHERE file LIKE 'old-%%'", [now() - timedelta(days=3, minutes=1)])
        run("ALTER TABLE kernel_backup_record ENABLE TRIGGER USER")
    back_up()
    left = {path.name for path in backups.iterdir()}
    assert len(left & {"old-0.tar", "old-1.tar", "old-2.tar"}) == 1, "the two newest good files stay"
    assert strange.name in left
    assert BackupRecord.objects.filter(step=BackupStep.REMOVED).count() == 2


@pytest.mark.django_db
def test_the_log_is_shown_to_those_who_look_after_the_server() -> None:
    firm = new_firm()
    record_step(Stepped(BackupStep.MADE, True, "/backups", "meridian-normal.tar", 12_300_000, "ab" * 32))
    record_step(Stepped(BackupStep.COPIED, False, "/mnt/far", told="the second place /mnt/far is not there"))
    page = firm.client("system_admin").get("/system/backups").content.decode()
    for words in ("meridian-normal.tar", "12.3", "/mnt/far is not there", "生成备份", "失败"):
        assert words in page
    assert firm.client("system_admin").get("/system/backups?section=proofs").status_code == 200
    assert firm.client("keeper").get("/system/backups").status_code == 403
