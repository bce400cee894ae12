"""Rules on changes of access: least privilege, separated duties, nobody serves himself."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Protocol
from uuid import UUID

from meridian.accounts.vocabulary import NEWCOMER_KINDS, RIGHT_KINDS, ROLE_KINDS, AccessChangeKind, ScopeKind
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import message


class Separated(Protocol):
    """Two roles nobody may hold together."""

    @property
    def first(self) -> str: ...
    @property
    def second(self) -> str: ...
    @property
    def reason(self) -> str: ...


class ChangesAccess(Protocol):
    """A document that changes one person's access."""

    @property
    def kind(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def person_name(self) -> str: ...
    @property
    def role_code(self) -> str: ...
    @property
    def role_id(self) -> UUID | None: ...
    @property
    def permission(self) -> str: ...
    @property
    def permission_known(self) -> bool: ...
    @property
    def role_has_permission(self) -> bool: ...
    @property
    def scope_kind(self) -> str: ...
    @property
    def scope_id(self) -> UUID | None: ...
    @property
    def scope_name(self) -> str: ...
    @property
    def valid_from(self) -> datetime | None: ...
    @property
    def valid_until(self) -> datetime | None: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def username_taken(self) -> bool: ...
    @property
    def held_roles(self) -> Sequence[str]: ...
    @property
    def roles_of_those_who_act(self) -> Set[str]: ...
    @property
    def separations(self) -> Sequence[Separated]: ...
    @property
    def drafter_id(self) -> UUID: ...
    @property
    def actor_id(self) -> UUID | None: ...


@gate(law="MLPS-5", blocks="授予互斥岗位 · granting roles that exclude each other", aliases=["SOD_CONFLICT"])
def roles_separated(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """After the grant the person holds no two roles that a rule separates."""
    del moment
    if facts.kind != AccessChangeKind.ASSIGN_ROLE:
        return ()
    after = {*facts.held_roles, facts.role_code}
    return [
        Breach(
            evidence=message(
                "{first} 与 {second} 不得由同一人担任：{reason}。", first=rule.first, second=rule.second,
                reason=rule.reason,
            ),
            owner="system_admin",
        )
        for rule in facts.separations
        if facts.role_code in {rule.first, rule.second} and {rule.first, rule.second} <= after
    ]  # fmt: skip


@gate(law="P11 11.300", blocks="改动不存在的人员 · changing a person who does not exist")
def person_known(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """The person whose access changes belongs to this company."""
    del moment
    if facts.kind in NEWCOMER_KINDS | RIGHT_KINDS or facts.person_id is not None:
        return ()
    return [Breach(evidence=message("本公司没有登录名 {username}。", username=facts.username))]


@gate(law="P11 11.300", blocks="登录名改派他人 · giving a sign-in name to someone else")
def username_unused(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """A newcomer's sign-in name was never used, by anybody; the newcomer has a name."""
    del moment
    if facts.kind not in NEWCOMER_KINDS:
        return ()
    breaches = []
    if not facts.username:
        breaches.append(Breach(evidence=message("新增人员须填写登录名。")))
    if facts.username_taken:
        breaches.append(Breach(evidence=message("登录名 {username} 已使用过。", username=facts.username)))
    if not facts.person_name:
        breaches.append(Breach(evidence=message("新增人员须填写姓名。")))
    return breaches


@gate(law="MLPS-5", blocks="授予不存在的岗位或无期限不明的范围 · granting an unknown role or scope")
def role_and_scope_named(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """A grant names a role of the company, a scope that says where, and an end ahead of its beginning."""
    if facts.kind not in ROLE_KINDS | RIGHT_KINDS:
        return ()
    breaches = []
    if facts.role_id is None:
        breaches.append(Breach(evidence=message("没有岗位 {role}。", role=facts.role_code or "—")))
    if facts.kind in RIGHT_KINDS:
        return breaches
    if (facts.scope_kind == ScopeKind.COMPANY) != (facts.scope_id is None):
        breaches.append(Breach(evidence=message("范围为全公司时不填范围对象，其他范围须填。")))
    elif facts.scope_id is not None and not facts.scope_name:
        breaches.append(Breach(evidence=message("本公司没有所填的范围对象。")))
    if facts.valid_until is not None and facts.valid_until <= max(moment.instant, facts.valid_from or moment.instant):
        breaches.append(Breach(evidence=message("失效时间须在将来，且晚于生效时间。")))
    return breaches


@gate(law="MLPS-5", blocks="改动不存在的权限 · changing a right that does not exist")
def right_named(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """A change of a post's rights names a right of this site that the post lacks, to give, or has, to take."""
    del moment
    if facts.kind not in RIGHT_KINDS:
        return ()
    if not facts.permission_known:
        return [Breach(evidence=message("没有权限 {permission}。", permission=facts.permission or "—"))]
    gives = facts.kind == AccessChangeKind.GRANT_RIGHT
    if gives and facts.role_has_permission:
        return [Breach(evidence=message("岗位已有此权限。"))]
    return [] if gives or facts.role_has_permission else [Breach(evidence=message("岗位没有此权限。"))]


@gate(law="GSP 19", blocks="改动自己的权限 · changing one's own access")
def own_access_untouched(facts: ChangesAccess, moment: Moment) -> Sequence[Breach]:
    """Neither the one who asks for the change nor the one who acts now is the person it is about, or holds the post."""
    del moment
    if facts.kind in RIGHT_KINDS and facts.role_code in facts.roles_of_those_who_act:
        return [Breach(evidence=message("不得起草、提交或批准自己所任岗位的权限变更。"), owner="security_admin")]
    if facts.person_id is None or facts.person_id not in {facts.drafter_id, facts.actor_id}:
        return ()
    return [Breach(evidence=message("不得起草、提交或批准自己的权限变更。"), owner="system_admin")]
