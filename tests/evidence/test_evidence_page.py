"""The page behind the badge of every trail: computed from heads, queue and last verification, for those it concerns."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from meridian.evidence.checks import Fault, Problem
from meridian.evidence.seal import seal_with
from meridian.kernel.context import in_company
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.engine_case import counted_statements
from meridian.platform.jobs.periodic import Periodic, run_once
from meridian.site.operations.evidence import URL, badge_of, standing
from meridian.site.periodic_jobs import PERIODIC, VERIFY, AlteredError, require_untouched
from meridian.site.postgres import Urls
from tests.accounts.firm import Firm, access_change, new_firm

JOB = next(job for job in PERIODIC if job.name == VERIFY)


def verified(*problems: Problem) -> Periodic:
    """A run of the job that finds these."""

    def work() -> str:
        require_untouched(problems)
        return "1234"

    return replace(JOB, work=work, rest_seconds=0)


@pytest.fixture
def firm() -> Firm:
    return new_firm()


@pytest.fixture
def sealed(database_urls: Urls, tmp_path: Path) -> Iterator[Firm]:
    """A firm whose records are sealed."""
    firm = new_firm()
    seal_with(database_urls.seal, tmp_path)
    yield firm
    run("DELETE FROM jobs_heartbeat")


def page(firm: Firm, role: str = "auditor", url: str = URL, language: str = "zh-hans") -> str:
    answer = firm.client(role).get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.committing
def test_the_newest_head_of_the_own_log_stands_there_and_no_other_company_s(
    sealed: Firm, database_urls: Urls, tmp_path: Path
) -> None:
    other = new_firm()
    seal_with(database_urls.seal, tmp_path)
    run_once(verified())
    heads = dict(fetch("SELECT DISTINCT ON (log_id) log_id, encode(root_hash, 'hex') FROM kernel_head "
                       "ORDER BY log_id, tree_size DESC"))  # fmt: skip
    shown = page(sealed)
    assert heads[sealed.company_id] in shown
    assert heads[other.company_id] not in shown
    assert "链完整 · 已校验" in shown
    assert "通过 · 核对 1234 行" in shown
    english = page(sealed, language="en")
    assert "Chain intact · verified" in english
    assert "./meridian verify" in page(sealed, url=f"{URL}?section=how", language="en")


@pytest.mark.django_db
def test_before_anything_is_sealed_or_verified_it_says_so(firm: Firm) -> None:
    shown = page(firm)
    assert "链尚未校验" in shown
    assert "还没有封存任何记录" in shown


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "words"), [(60, "链完整"), (61, "封存滞后")])
def test_a_tail_older_than_a_minute_is_late(firm: Firm, seconds: int, words: str) -> None:
    run_once(verified())
    with in_company(firm.company_id):
        now = standing()
    assert now.waiting > 0  # what the firm was set up with
    assert words in str(badge_of(replace(now, oldest=timedelta(seconds=seconds))).label)


@pytest.mark.django_db
def test_a_verification_that_found_something_turns_the_badge_red_and_names_it(firm: Firm) -> None:
    run_once(verified())
    with pytest.raises(AlteredError):
        run_once(verified(Problem(Fault.EDITED, "inventory_movement", "7", None, "differs from what was sealed")))
    shown = page(firm)
    assert "链校验未通过" in shown
    assert "inventory_movement" in shown
    assert "链完整" not in shown


@pytest.mark.django_db
def test_it_is_for_those_who_answer_for_records_or_inspect_them(firm: Firm) -> None:
    assert firm.client("keeper").get(URL).status_code == 403
    assert f'href="{URL}"' not in firm.client("keeper").get("/").content.decode()
    assert f'href="{URL}"' in page(firm, "quality_head", "/")


@pytest.mark.django_db
def test_the_badge_stands_beside_a_trail_and_leads_to_the_proof(firm: Firm) -> None:
    run_once(verified())
    shown = page(firm, "quality_staff", f"/accounts/access-changes/{access_change(firm)}/trail")
    assert f'<a href="{URL}">' in shown
    assert "链完整 · 已校验" in shown


@pytest.mark.django_db
def test_the_nightly_run_rests_after_a_success_and_not_after_a_failure() -> None:
    ran: list[int] = []
    job = replace(verified(), work=lambda: ran.append(1) or "7", rest_seconds=60)  # type: ignore[func-returns-value]
    run_once(job)
    run_once(job)
    assert len(ran) == 1
    run("UPDATE jobs_heartbeat SET succeeded_at = clock_timestamp() - interval '61 seconds'")
    run_once(job)
    assert len(ran) == 2


@pytest.mark.django_db
def test_reading_it_takes_the_same_statements_whatever_there_is(firm: Firm) -> None:
    with in_company(firm.company_id):
        standing()
        with counted_statements() as statements:
            standing()
    assert len(statements) == 4
