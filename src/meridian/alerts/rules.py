"""Gates of alerts and of what is set about them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from meridian.alerts.vocabulary import POSTS
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import listed, message

IGNORED_DAYS_MAX = 30
MUTED_DAYS_MAX = 90


class ConcernsSomebody(Protocol):
    """An alert, and who acts on it."""

    @property
    def owner_id(self) -> UUID: ...
    @property
    def concerned_posts(self) -> tuple[str, ...]: ...
    @property
    def actor_id(self) -> UUID | None: ...
    @property
    def actor_posts(self) -> frozenset[str]: ...


class Ignored(Protocol):
    """An alert somebody wants to hear no more of for a while."""

    @property
    def due_on(self) -> date | None: ...
    @property
    def ignore_until(self) -> date | None: ...


class Set(Protocol):
    """A setting of a rule."""

    @property
    def says_something(self) -> bool: ...
    @property
    def escalate_to(self) -> str: ...
    @property
    def muted_until(self) -> date | None: ...


@gate(law="GSP 51(5)", blocks="替不相干的岗位处理预警 · dealing with an alert of other posts")
def alert_concerns_actor(facts: ConcernsSomebody, moment: Moment) -> Sequence[Breach]:
    """Who deals with an alert owns it, or holds a post its rule names."""
    del moment
    if facts.actor_id is None or facts.actor_id == facts.owner_id or facts.actor_posts & {*facts.concerned_posts}:
        return ()
    return [Breach(evidence=message("此预警由 {posts} 处理。", posts=listed(facts.concerned_posts)),
                   owner=facts.concerned_posts[0] if facts.concerned_posts else "")]  # fmt: skip


@gate(law="UX 6.6", blocks="忽略预警而不写期限 · ignoring an alert without an end")
def ignored_until_given(facts: Ignored, moment: Moment) -> Sequence[Breach]:
    """An alert is ignored until a day that is written down first."""
    del moment
    return () if facts.ignore_until is not None else [Breach(evidence=message("请先编辑并填写“忽略至”。"))]


@gate(law="UX 6.6", blocks="忽略预警过久 · ignoring an alert for too long")
def ignored_until_near(facts: Ignored, moment: Moment) -> Sequence[Breach]:
    """An alert is ignored for thirty days at most, and not beyond the day it warns of while that is ahead."""
    until = facts.ignore_until
    if until is None:
        return ()
    latest = moment.site_day + timedelta(days=IGNORED_DAYS_MAX)
    if facts.due_on is not None and facts.due_on >= moment.site_day:
        latest = min(latest, facts.due_on)
    if moment.site_day <= until <= latest:
        return ()
    evidence = message(
        "“忽略至”须在 {first} 至 {last} 之间，现为 {day}。", first=moment.site_day, last=latest, day=until
    )
    return [Breach(evidence=evidence)]


@gate(law="UX 5.12", blocks="空的预警设置 · a setting that sets nothing")
def alert_setting_says_something(facts: Set, moment: Moment) -> Sequence[Breach]:
    """A setting says at least one thing."""
    del moment
    return () if facts.says_something else [Breach(evidence=message("请至少填写响应天数、上报岗位或静默至其中一项。"))]


@gate(law="UX 5.12", blocks="上报给不存在的岗位 · escalation to a post nobody can hold")
def escalation_post_known(facts: Set, moment: Moment) -> Sequence[Breach]:
    """An alert goes on to a post of the company."""
    del moment
    if not facts.escalate_to or facts.escalate_to in POSTS:
        return ()
    evidence = message("没有岗位 {post}；可用：{posts}。", post=facts.escalate_to, posts=listed(POSTS))
    return [Breach(evidence=evidence)]


@gate(law="GSP 51(5)", blocks="长期静默预警规则 · muting a rule without end")
def mute_within_limit(facts: Set, moment: Moment) -> Sequence[Breach]:
    """A rule is muted from today for ninety days at most."""
    if facts.muted_until is None:
        return ()
    latest = moment.site_day + timedelta(days=MUTED_DAYS_MAX)
    if moment.site_day <= facts.muted_until <= latest:
        return ()
    evidence = message(
        "“静默至”须在 {first} 至 {last} 之间，现为 {day}。", first=moment.site_day, last=latest, day=facts.muted_until
    )
    return [Breach(evidence=evidence)]
