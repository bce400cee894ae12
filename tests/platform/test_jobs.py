"""Background work: it goes on, it survives being killed, and silence is noticed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from meridian.alerts.watching import watch
from meridian.kernel.sql import fetch, run
from meridian.platform.jobs import health, periodic
from meridian.platform.jobs.periodic import Periodic, retry_stalled, run_once
from meridian.site.alerts import WATCH
from meridian.site.periodic_jobs import PERIODIC, seal
from meridian.site.postgres import Urls
from tests.accounts.firm import Firm, new_firm

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def firm() -> Firm:
    return new_firm()


@pytest.fixture
def one_job() -> Iterator[Periodic]:
    kept = periodic.declared()
    job = Periodic("for_tests", "测试任务", "* * * * *", 60, lambda: "7")
    periodic._declared[:] = [job]
    yield job
    periodic._declared[:] = kept


def succeeded(job: Periodic, seconds_ago: float) -> None:
    run_once(job)
    run("UPDATE jobs_heartbeat SET succeeded_at = clock_timestamp() - make_interval(secs => %s)", [seconds_ago])


def failing() -> str:
    raise RuntimeError("no key")


@pytest.mark.django_db
def test_a_run_leaves_its_heartbeat(one_job: Periodic) -> None:
    run_once(one_job)
    state = health.states()[0]
    assert (state.told, state.is_silent, state.failed_last) == ("7", False, False)
    assert state.succeeded_at is not None


@pytest.mark.django_db
def test_a_failed_run_says_why_and_does_not_count_as_a_sign_of_life(one_job: Periodic) -> None:
    succeeded(one_job, 61)
    with pytest.raises(RuntimeError):
        run_once(Periodic(one_job.name, "测试任务", "* * * * *", 60, failing))
    state = health.states()[0]
    assert (state.told, state.is_silent, state.failed_last) == ("RuntimeError: no key", True, True)


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds_ago", "names"), [(58, []), (62, ["for_tests"])])
def test_alarm_rises_after_the_allowed_silence(one_job: Periodic, seconds_ago: int, names: list[str]) -> None:
    succeeded(one_job, seconds_ago)
    assert [alarm.name for alarm in health.alarms()] == names


@pytest.mark.django_db
def test_health_names_the_silent_job(one_job: Periodic) -> None:
    succeeded(one_job, 10)
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "silent_jobs": [], "backups": []})
    succeeded(one_job, 300)
    told = Client().get("/health").json()
    assert told["status"] == "alarm"
    assert [entry["job"] for entry in told["silent_jobs"]] == ["for_tests"]
    assert 300 <= told["silent_jobs"][0]["silent_seconds"] < 330


@pytest.mark.django_db
def test_silence_is_shown_on_the_home_page_of_administrators_alone(one_job: Periodic, firm: Firm) -> None:
    succeeded(one_job, 300)
    watch(firm.company_id)
    assert "后台任务“测试任务”已停止" in firm.client("system_admin").get("/").content.decode()
    assert "已停止" not in firm.client("keeper").get("/").content.decode()
    succeeded(one_job, 10)
    watch(firm.company_id)
    assert "已停止" not in firm.client("system_admin").get("/").content.decode()


@pytest.mark.django_db
def test_the_silence_of_the_watch_itself_is_shown_without_it(one_job: Periodic, firm: Firm) -> None:
    watcher = replace(one_job, name=WATCH)
    periodic._declared[:] = [watcher]
    succeeded(watcher, 300)
    assert "预警巡查已停止 5 分钟" in firm.client("system_admin").get("/").content.decode()
    assert "已停止" not in firm.client("keeper").get("/").content.decode()


@pytest.mark.django_db
def test_page_of_jobs_is_for_those_who_look_after_the_server(one_job: Periodic, firm: Firm) -> None:
    run_once(one_job)
    page = firm.client("system_admin").get("/system/jobs")
    assert page.status_code == 200
    assert "测试任务" in page.content.decode()
    assert "正常" in page.content.decode()
    assert firm.client("keeper").get("/system/jobs").status_code == 403


@pytest.mark.django_db
def test_sealing_is_declared_and_says_when_its_login_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {job.name for job in PERIODIC} <= {job.name for job in periodic.declared()}
    monkeypatch.delenv("DATABASE_SEAL_URL", raising=False)
    with pytest.raises(RuntimeError, match="DATABASE_SEAL_URL"):
        seal()


INSERT_JOB = """
INSERT INTO procrastinate_jobs (task_name, queueing_lock, queue_name, args, status)
VALUES (%s, %s, 'default', '{}', %s) RETURNING id
"""


@pytest.mark.django_db
def test_jobs_of_a_dead_worker_wait_again_or_make_room_for_their_successor() -> None:
    alone = fetch(INSERT_JOB, ["alone", "alone", "doing"])[0][0]
    followed = fetch(INSERT_JOB, ["followed", "followed", "doing"])[0][0]
    successor = fetch(INSERT_JOB, ["followed", "followed", "todo"])[0][0]
    assert retry_stalled() == "2"
    rows = fetch("SELECT id, status::text, attempts FROM procrastinate_jobs ORDER BY id")
    assert rows == [(alone, "todo", 1), (successor, "todo", 0)]
    assert followed not in {row[0] for row in rows}
    assert retry_stalled() == "0"


@pytest.mark.django_db
def test_clean_up_deletes_what_is_over_and_nothing_else(firm: Firm) -> None:
    kept, over = firm.client("keeper"), firm.client("auditor")
    run(
        "UPDATE django_session SET expire_date = now() - interval '1 second' WHERE session_key = %s",
        [over.session.session_key],
    )
    assert periodic.clean_up() == "1"
    assert kept.get("/account/security").status_code == 200


@pytest.fixture
def worker(database_urls: Urls, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes on this test's own directory; ends what is left of them."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "meridian.site.settings",
        "DATABASE_URL": database_urls.application,
        "PYTHONPATH": str(ROOT / "src"),
    }
    script = str(Path(__file__).with_name("run_worker.py"))
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, script, str(tmp_path)], env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
    with psycopg.connect(database_urls.application, autocommit=True) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute("DELETE FROM jobs_heartbeat")


def appears(path: Path, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return path.exists()


def test_a_job_killed_in_the_middle_is_done_by_the_next_worker(
    worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path, database_urls: Urls
) -> None:
    first = worker()
    assert appears(tmp_path / "begun")
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = worker()
    assert appears(tmp_path / "done")
    with psycopg.connect(database_urls.application, autocommit=True) as connection:
        waiting = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'slow_for_tests'"
        deadline = time.monotonic() + 20
        while (left := connection.execute(waiting).fetchone()) != (0,) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert left == (0,)  # finished jobs are deleted, the killed one too
        beat = connection.execute("SELECT told FROM jobs_heartbeat WHERE name = 'slow_for_tests'").fetchone()
    assert beat == ("1",)
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=20) == 0
