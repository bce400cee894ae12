"""Backup and restore: what comes back is what was there, a damaged archive is refused by name, the record is signed."""

import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from meridian.evidence.keys import is_signed_by, public_key
from meridian.evidence.models import RestoreRecord
from meridian.evidence.seal import seal_with
from meridian.evidence.verify import verify
from meridian.kernel.models import Role
from meridian.kernel.tests.evidence_case import acting, connected, new_role
from meridian.kernel.values.identity import uuid7
from meridian.site import postgres
from meridian.site.backup import BackupError, Made, make_backup
from meridian.site.backup_archive import DamagedBackupError
from meridian.site.database import as_role
from meridian.site.postgres import Urls
from meridian.site.restore import Restored, keep_record, restore

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


def silently(stage: str) -> None:
    del stage


class Running:
    """A running store of its own: a database with sealed rows, keys, heads and one attachment."""

    def __init__(self, server: Urls, urls: Urls, place: Path) -> None:
        self.server, self.urls, self.store, self.place = server, urls, place / "store", place
        self.company: UUID = uuid7()
        for name in ("收货", "验收", "发货"):
            with acting(self.company):
                Role.objects.create(code=f"r-{uuid7().hex[-6:]}", name=name)
        seal_with(urls.seal, self.store)
        attachment = self.store / "attachments" / "ab" / "scan.pdf"
        attachment.parent.mkdir(parents=True)
        attachment.write_bytes(b"%PDF-1.7 " + bytes(5000))

    def backup(self) -> Made:
        return make_backup(self.urls.owner, self.store, self.place / "backups", silently)

    def restored(self, path: Path, *, store: Path | None = None, stays: bool = False, name: str = "") -> Restored:
        name = name or f"scratch_{uuid7().hex}"
        target = postgres.create_database(self.server, name)
        try:
            return restore(path, target.owner, store or self.store, stays=stays, tell=silently)
        finally:
            if not stays:
                postgres.drop_database(self.server, name)


@pytest.fixture
def running(database_urls: Urls, tmp_path: Path) -> Iterator[Running]:
    name = f"running_{uuid7().hex}"
    urls = postgres.create_database(database_urls, name, template="meridian_template")
    with as_role(urls.application):
        yield Running(database_urls, urls, tmp_path)
    postgres.drop_database(database_urls, name)


def test_a_backup_is_for_its_owner_alone_and_holds_no_private_key(running: Running) -> None:
    made = running.backup()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]
    private = (running.store / "keys" / "seal.ed25519").read_bytes()
    assert private not in made.path.read_bytes()
    with tarfile.open(made.path) as archive:
        names = set(archive.getnames())
    assert {"manifest.json", "manifest.sig", "database.dump", "attachments/ab/scan.pdf"} <= names
    assert f"heads/{running.company}.jsonl" in names
    assert made.manifest.counts["kernel_role"] == 3
    assert made.manifest.body["store"] == "test"


def test_a_restore_to_scratch_compares_verifies_and_leaves_a_signed_record(running: Running) -> None:
    made = running.backup()
    new_role(running.company)  # the running store goes on; the backup is of its instant
    done = running.restored(made.path)
    assert (done.differences, [problem.line() for problem in done.report.problems]) == ([], [])
    assert done.report.sealed_rows == 6
    keep_record(done, running.store)
    record = record_of(done)
    assert (record.passed, record.backup, record.company_id) == (True, made.manifest.digest, None)
    assert is_signed_by(public_key(running.store, record.key_id), record.signed_text, bytes.fromhex(record.signature))
    told = json.loads(record.signed_text)
    assert (told["passed"], told["report"]["rows"]) == (True, sum(made.manifest.counts.values()))
    seal_with(running.urls.seal, running.store)
    assert verified(running.urls, running.store) == []


def record_of(done: Restored) -> RestoreRecord:
    assert done.record is not None
    return RestoreRecord.objects.get(pk=done.record)


def verified(urls: Urls, store: Path) -> list[str]:
    with as_role(urls.application):
        return [problem.line() for problem in verify(connection, store).problems]


def test_a_restore_record_that_was_altered_is_named(running: Running) -> None:
    keep_record(done := running.restored(running.backup().path), running.store)
    seal_with(running.urls.seal, running.store)
    with connected(running.urls.owner) as owner:
        owner.execute("ALTER TABLE kernel_restore_record DISABLE TRIGGER USER")
        owner.execute("UPDATE kernel_restore_record SET signed_text = replace(signed_text, 'true', 'false')")
        owner.execute("ALTER TABLE kernel_restore_record ENABLE TRIGGER USER")
    lines = verified(running.urls, running.store)
    assert any("no signature of this store covers it" in line and str(done.record) in line for line in lines)


def test_what_was_altered_before_the_backup_fails_the_restore_and_is_recorded(running: Running) -> None:
    with connected(running.urls.owner) as owner:
        owner.execute("ALTER TABLE kernel_role DISABLE TRIGGER USER")
        owner.execute("UPDATE kernel_role SET name = '院长' WHERE name = '验收'")
        owner.execute("ALTER TABLE kernel_role ENABLE TRIGGER USER")
    done = running.restored(running.backup().path)
    assert not done.passed
    keep_record(done, running.store)
    record = record_of(done)
    assert not record.passed
    assert "kernel_role" in record.report["problems"][0]


@pytest.mark.parametrize("damage", [1, 0x40])  # what is hexadecimal may stay so or not
@pytest.mark.parametrize("member", ["manifest.json", "manifest.sig", "database.dump", "attachments/ab/scan.pdf"])
def test_a_damaged_archive_is_refused_by_name(running: Running, member: str, damage: int) -> None:
    path = running.backup().path
    with tarfile.open(path) as archive:
        entry = archive.getmember(member)
    data = bytearray(path.read_bytes())
    data[entry.offset_data + entry.size // 2] ^= damage
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedBackupError, match=member):
        running.restored(path)


def test_a_truncated_archive_is_refused(running: Running) -> None:
    path = running.backup().path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedBackupError, match=r"not a whole archive|missing|bytes instead of"):
        running.restored(path)
    path.write_bytes(b"not an archive at all" * 100)
    with pytest.raises(DamagedBackupError, match="not a whole archive"):
        running.restored(path)


def test_a_file_slipped_into_the_archive_is_refused(running: Running, tmp_path: Path) -> None:
    path = running.backup().path
    stray = tmp_path / "stray"
    stray.write_text("x")
    with tarfile.open(path, "a") as archive:
        archive.add(stray, "attachments/../../outside")
    with pytest.raises(DamagedBackupError, match="was not backed up"):
        running.restored(path)


def test_a_database_that_is_not_empty_is_left_alone(running: Running) -> None:
    path = running.backup().path
    with pytest.raises(BackupError, match="not empty"):
        restore(path, running.urls.owner, running.store, stays=True, tell=silently)


def test_a_store_lost_whole_comes_back_and_works_on(running: Running, tmp_path: Path) -> None:
    path, name = running.backup().path, f"anew_{uuid7().hex}"
    fresh = tmp_path / "fresh"
    (fresh / "keys").mkdir(parents=True)
    for kept in ("seal.ed25519", "personal.master"):  # what the operator had copied elsewhere
        source = running.store / "keys" / kept
        if source.exists():
            (fresh / "keys" / kept).write_bytes(source.read_bytes())
    done = running.restored(path, store=fresh, stays=True, name=name)
    urls = running.server.in_database(name)
    try:
        assert done.passed, done.as_data()
        assert not done.manifest.key_is_known
        with as_role(urls.application):
            keep_record(done, fresh, otherwise=urls.owner)
            new_role(running.company)
            seal_with(urls.seal, fresh)
            assert verified(urls, fresh) == []
        assert (fresh / "attachments" / "ab" / "scan.pdf").read_bytes().startswith(b"%PDF-1.7 ")
    finally:
        postgres.drop_database(running.server, name)
