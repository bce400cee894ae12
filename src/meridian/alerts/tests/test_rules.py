"""Gates of alerts and their settings: refused once, allowed once, at their boundary."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from meridian.alerts.rules import (
    alert_concerns_actor,
    alert_setting_says_something,
    escalation_post_known,
    ignored_until_given,
    ignored_until_near,
    mute_within_limit,
)
from meridian.alerts.vocabulary import Stage, stage_of
from meridian.kernel.clock import Moment

TODAY = date(2026, 11, 28)
MOMENT = Moment(datetime(2026, 11, 28, 1, tzinfo=UTC), TODAY, ZoneInfo("Asia/Shanghai"))
OWNER = uuid4()


@dataclass(frozen=True)
class Facts:
    owner_id: UUID = OWNER
    concerned_posts: tuple[str, ...] = ("buyer", "quality_head")
    actor_id: UUID | None = OWNER
    actor_posts: frozenset[str] = frozenset()
    due_on: date | None = None
    ignore_until: date | None = None
    says_something: bool = True
    escalate_to: str = ""
    muted_until: date | None = None


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def test_alert_concerns_actor__allows_owner_and_named_posts__refuses_others() -> None:
    assert not alert_concerns_actor(Facts(), MOMENT)
    assert not alert_concerns_actor(Facts(actor_id=uuid4(), actor_posts=frozenset({"quality_head"})), MOMENT)
    [breach] = alert_concerns_actor(Facts(actor_id=uuid4(), actor_posts=frozenset({"keeper"})), MOMENT)
    assert breach.owner == "buyer"


def test_ignored_until_given__allows_a_written_day__refuses_none() -> None:
    assert not ignored_until_given(Facts(ignore_until=TODAY), MOMENT)
    assert ignored_until_given(Facts(), MOMENT)


def test_ignored_until_near__allows_the_thirtieth_day__refuses_the_day_after_and_yesterday() -> None:
    assert not ignored_until_near(Facts(ignore_until=days(30)), MOMENT)
    assert ignored_until_near(Facts(ignore_until=days(31)), MOMENT)
    assert not ignored_until_near(Facts(ignore_until=days(0)), MOMENT)
    assert ignored_until_near(Facts(ignore_until=days(-1)), MOMENT)


def test_ignored_until_near__allows_the_due_day__refuses_the_day_after_it() -> None:
    assert not ignored_until_near(Facts(ignore_until=days(5), due_on=days(5)), MOMENT)
    assert ignored_until_near(Facts(ignore_until=days(6), due_on=days(5)), MOMENT)
    assert not ignored_until_near(Facts(ignore_until=days(6), due_on=days(-1)), MOMENT)  # past: thirty days again


def test_alert_setting_says_something__allows_one_thing__refuses_nothing() -> None:
    assert not alert_setting_says_something(Facts(), MOMENT)
    assert alert_setting_says_something(Facts(says_something=False), MOMENT)


def test_escalation_post_known__allows_a_post_or_none__refuses_an_unknown_one() -> None:
    assert not escalation_post_known(Facts(escalate_to="quality_head"), MOMENT)
    assert not escalation_post_known(Facts(), MOMENT)
    assert escalation_post_known(Facts(escalate_to="auditor"), MOMENT)  # reads, deals with nothing


def test_mute_within_limit__allows_the_ninetieth_day__refuses_the_day_after_and_yesterday() -> None:
    assert not mute_within_limit(Facts(muted_until=days(90)), MOMENT)
    assert mute_within_limit(Facts(muted_until=days(91)), MOMENT)
    assert mute_within_limit(Facts(muted_until=days(-1)), MOMENT)


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (91, None), (90, Stage.DAYS_90), (61, Stage.DAYS_90), (60, Stage.DAYS_60), (31, Stage.DAYS_60),
        (30, Stage.DAYS_30), (8, Stage.DAYS_30), (7, Stage.DAYS_7), (1, Stage.DAYS_7), (0, Stage.LAST_DAY),
        (-1, Stage.EXPIRED), (-400, Stage.EXPIRED),
    ],
)  # fmt: skip
def test_the_stage_follows_the_days_that_are_left(left: int, stage: Stage | None) -> None:
    assert stage_of(days(left), TODAY) == stage
