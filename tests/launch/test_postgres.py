"""The embedded database server: nobody enters without a password, nothing committed is lost, it stops when asked."""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from meridian.site import postgres, postgres_programs
from meridian.site.postgres_programs import SYSTEM_DIRECTORY, SYSTEM_USER, account_for, server_programs

AS_ROOT = os.geteuid() == 0
ENSURE = (
    "import sys; from pathlib import Path; from meridian.site import postgres;"
    "print(postgres.ensure(Path(sys.argv[1]), durable=False).owner)"
)

Running = tuple[Path, postgres.Urls]


def answer(url: str, question: str, **changed: str) -> object:
    """The first value of a query's first row."""
    with psycopg.connect(url, connect_timeout=10, **changed) as connection:
        row = connection.execute(question).fetchone()
    return None if row is None else row[0]


def ended(pid: int) -> bool:
    """Whether a process is gone, or waits only to be reaped by a parent that is not ours."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def ends(pid: int, within: float = 10) -> bool:
    """Whether a process that took its own file away goes; a busy machine lets it linger a moment."""
    until = time.monotonic() + within
    while not ended(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return ended(pid)


def test_each_role_signs_in_as_itself(shared_store: Running) -> None:
    _, urls = shared_store
    whom = {url: answer(url, "SELECT current_user || '@' || current_database()") for url in vars(urls).values()}
    assert [whom[urls.owner], whom[urls.application], whom[urls.seal]] == [
        "meridian_owner@meridian",
        "meridian_app@meridian",
        "meridian_seal@meridian",
    ]


def test_no_role_of_ours_has_a_server_privilege(shared_store: Running) -> None:
    _, urls = shared_store
    privileged = answer(
        urls.superuser,
        "SELECT array_agg(rolname) FROM pg_roles WHERE rolname LIKE 'meridian%' AND "
        "(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)",
    )
    ours = answer(urls.superuser, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'meridian%' AND rolcanlogin")
    owner = answer(urls.superuser, "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'meridian'")
    assert (privileged, ours, owner) == (None, 3, "meridian_owner")


@pytest.mark.parametrize("role", ["meridian_owner", "meridian_app", "meridian_seal", "postgres"])
@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_or_missing_password_is_refused(shared_store: Running, role: str, password: str) -> None:
    _, urls = shared_store
    with pytest.raises(psycopg.OperationalError, match="password"):
        answer(urls.owner, "SELECT 1", user=role, password=password)


def test_every_connection_authenticates_by_scram(shared_store: Running) -> None:
    _, urls = shared_store
    methods = answer(urls.superuser, "SELECT array_agg(type || ' ' || auth_method) FROM pg_hba_file_rules")
    hashed = answer(
        urls.superuser, "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin"
    )
    assert (methods, hashed) == (["local scram-sha-256"], True)


def test_nothing_listens_on_the_network(shared_store: Running) -> None:
    _, urls = shared_store
    assert answer(urls.superuser, "SHOW listen_addresses") == ""


def test_settings_the_design_asks_for(shared_store: Running) -> None:
    _, urls = shared_store
    names = ("max_connections", "autovacuum_analyze_scale_factor", "shared_preload_libraries", "data_checksums")
    assert [answer(urls.superuser, f"SHOW {name}") for name in names] == ["60", "0.02", "pg_stat_statements", "on"]


def test_chinese_is_indexed_by_trigrams(shared_store: Running) -> None:
    """Under the plain C locale pg_trgm finds no letters in Chinese: 无菌注射器 has 6 trigrams (5 letters, padded)."""
    _, urls = shared_store
    copy = postgres.create_database(urls, "trigrams")
    with psycopg.connect(copy.owner) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    assert answer(copy.owner, "SELECT cardinality(show_trgm('无菌注射器'))") == 6


def test_passwords_are_kept_where_only_the_caller_reads_them(shared_store: Running) -> None:
    path, _ = shared_store
    file = path / "secrets" / "database.json"
    passwords = json.loads(file.read_text())["passwords"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_uid == os.geteuid()
    assert len(set(passwords.values())) == 4
    assert min(map(len, passwords.values())) >= 32


def test_the_server_never_runs_as_root(shared_store: Running) -> None:
    """For root it runs as the system user made for it, for everyone else as the caller."""
    path, _ = shared_store
    expected = pwd.getpwnam(SYSTEM_USER).pw_uid if AS_ROOT else os.geteuid()
    assert Path(f"/proc/{postgres.server_pid(path)}").stat().st_uid == expected != 0


def test_a_new_database_is_closed_to_everyone_else_and_can_be_copied(shared_store: Running) -> None:
    _, urls = shared_store
    first = postgres.create_database(urls, "first")
    with psycopg.connect(first.owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    second = postgres.create_database(urls, "second", template="first")
    public = "SELECT count(*) FROM pg_database, aclexplode(datacl) WHERE datname = 'second' AND grantee = 0"
    assert (answer(second.owner, "SELECT number FROM kept"), answer(urls.superuser, public)) == (42, 0)
    with pytest.raises(psycopg.errors.DuplicateDatabase):
        postgres.create_database(urls, "second")
    postgres.drop_database(urls, "second")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        answer(second.owner, "SELECT 1")


def test_tools_connect_without_a_password_in_their_arguments(shared_store: Running) -> None:
    _, urls = shared_store
    done = subprocess.run(
        [postgres.tool("pg_dump"), "--schema-only"],
        env=postgres.connection_environment(urls.owner),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "PostgreSQL database dump complete" in done.stdout) == (0, True)


def test_a_killed_server_comes_back_with_every_commit_when_three_start_it_at_once(store: Path) -> None:
    urls = postgres.ensure(store, durable=False)
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int PRIMARY KEY)")
        for number in range(200):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
    pid = postgres.server_pid(store)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    starts = [
        subprocess.Popen([sys.executable, "-c", ENSURE, str(store)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outcomes = [(start.communicate(timeout=60)[0].strip(), start.returncode) for start in starts]
    assert outcomes == [(urls.owner, 0)] * 3
    assert postgres.server_pid(store) not in (None, pid)
    assert answer(urls.owner, "SELECT count(*) FROM kept") == 200


def test_it_stops_by_its_own_process_id_and_starts_again(store: Path) -> None:
    urls = postgres.ensure(store, durable=False)
    pid = postgres.server_pid(store)
    assert pid is not None
    assert postgres.stop(store)
    assert (ends(pid), postgres.is_running(store), postgres.stop(store)) == (True, False, False)
    log = postgres.server_log(store)
    assert log is not None
    assert "database system is shut down" in log.read_text()
    assert postgres.ensure(store, durable=False) == urls
    assert answer(urls.application, "SELECT 1") == 1


def test_a_process_id_used_again_by_another_process_is_not_taken_for_the_server(store: Path) -> None:
    """After a reboot the id in postmaster.pid may be anybody's: it is neither waited for nor stopped."""
    urls = postgres.ensure(store, durable=False)
    postgres.stop(store)
    data = Path(str(answer_path(store)))
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n{data.parent}\n\n\n")
    assert not postgres.is_running(store)
    assert not postgres.stop(store)
    postgres.ensure(store, durable=False)
    assert answer(urls.owner, "SELECT 1") == 1


def answer_path(store: Path) -> Path:
    """The data directory, as the store's own record says."""
    return Path(json.loads((store / "secrets" / "database.json").read_text())["directory"]) / "data"


def test_an_interrupted_creation_is_made_anew(store: Path) -> None:
    """A start killed inside initdb leaves a half-made directory, which must not be taken for a database."""
    postgres.ensure(store, durable=False)
    postgres.stop(store)
    data = answer_path(store)
    data.rename(data.with_name("data.unfinished"))
    urls = postgres.ensure(store, durable=False)
    assert answer(urls.owner, "SELECT current_user") == "meridian_owner"


def test_a_path_too_long_for_a_socket_and_closed_to_others_still_works() -> None:
    """As a clone under /root is: closed to the server's user; its path is longer than a socket's may be."""
    with tempfile.TemporaryDirectory(prefix="meridian-launch-") as closed:
        path = Path(closed) / ("directory-of-an-operator-who-likes-long-names-" * 2) / "数据" / "store"
        try:
            urls = postgres.ensure(path, durable=False)
            assert answer(urls.application, "SELECT current_user") == "meridian_app"
            assert answer_path(path).is_relative_to(SYSTEM_DIRECTORY if AS_ROOT else path)
        finally:
            postgres.remove(path)


def test_a_long_path_open_to_others_gets_a_private_socket_directory(open_directory: Path) -> None:
    path = open_directory / ("long-" * 20) / "store"
    try:
        urls = postgres.ensure(path, durable=False)
        sockets = Path(json.loads((path / "secrets" / "database.json").read_text())["sockets"])
        assert answer(urls.owner, "SELECT 1") == 1
        assert not sockets.is_relative_to(path)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        for file in sockets.iterdir():
            file.unlink()
        sockets.rmdir()  # as a cleaner of /tmp would, under the running server
        assert answer(postgres.ensure(path, durable=False).owner, "SELECT 1") == 1
    finally:
        postgres.remove(path)


def test_programs_closed_to_the_server_are_copied_to_where_it_can_run_them(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root with a clone under /root. A normal user runs them where they are."""
    package = postgres.bin_dir().parents[1]
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        if package.with_name(name).exists():
            shutil.copytree(package.with_name(name), closed / name, symlinks=True)
    monkeypatch.setenv("MERIDIAN_PG_BIN", str(closed / postgres.bin_dir().relative_to(package.parent)))
    monkeypatch.setattr(postgres_programs, "SYSTEM_DIRECTORY", open_directory / "system")
    postgres.bin_dir.cache_clear()
    try:
        account = account_for(open_directory / "absent")
        programs = server_programs(account)
    finally:
        monkeypatch.undo()
        postgres.bin_dir.cache_clear()
    assert programs.is_relative_to(open_directory / "system" if AS_ROOT else closed)
    assert account.run(programs / "initdb", "--version").stdout.startswith("initdb (PostgreSQL) ")


def test_a_durable_store_is_never_opened_without_durability(store: Path) -> None:
    urls = postgres.ensure(store)
    names = ("fsync", "synchronous_commit", "full_page_writes")
    assert [answer(urls.application, f"SHOW {name}") for name in names] == ["on", "on", "on"]
    with pytest.raises(postgres.DatabaseServerError, match="real data"):
        postgres.ensure(store, durable=False)


def test_data_of_another_major_version_is_refused_with_what_to_do(store: Path) -> None:
    postgres.ensure(store, durable=False)
    postgres.stop(store)
    version = answer_path(store) / "PG_VERSION"
    kept = version.read_text()
    version.write_text("12\n")
    with pytest.raises(postgres.DatabaseServerError, match=r"made by PostgreSQL 12.*back up with the old version"):
        postgres.ensure(store, durable=False)
    version.write_text(kept)
    postgres.ensure(store, durable=False)


AS_NORMAL_USER = """
import os, sys
from pathlib import Path
from meridian.site import postgres
user, group = int(sys.argv[2]), int(sys.argv[3])
if os.geteuid() == 0:  # only now: the interpreter itself may lie where no other user can read it
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
store = Path(sys.argv[1])
print(postgres.ensure(store, durable=False).owner, postgres.server_pid(store), os.geteuid())
assert postgres.stop(store)
"""


def test_a_normal_user_runs_the_server_as_itself(open_directory: Path) -> None:
    user, group = (
        (pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid) if AS_ROOT else (os.getuid(), os.getgid())
    )
    path = open_directory / "store"
    path.mkdir()
    os.chown(path, user, group)
    programs = server_programs(account_for(path / "absent"))
    done = subprocess.run(
        [sys.executable, "-c", AS_NORMAL_USER, str(path), str(user), str(group)],
        env={**os.environ, "MERIDIAN_PG_BIN": str(programs)},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    url, pid, ran_as = done.stdout.split()
    assert url.startswith("postgresql://meridian_owner:")
    assert (ended(int(pid)), int(ran_as)) == (True, user)
    assert (path / "postgres" / "data").stat().st_uid == user != 0
