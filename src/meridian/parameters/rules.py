"""Rules on a change of a parameter."""

from collections.abc import Sequence, Set
from typing import Protocol
from uuid import UUID

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import listed, message
from meridian.parameters.vocabulary import Parameter


class ChangesParameter(Protocol):
    """A document that changes one parameter."""

    @property
    def parameter(self) -> Parameter | None: ...
    @property
    def scope_site_id(self) -> UUID | None: ...
    @property
    def scope_is_known(self) -> bool: ...
    @property
    def value(self) -> int: ...
    @property
    def value_now(self) -> int | None: ...
    @property
    def actor_roles(self) -> Set[str] | None: ...


@gate(law="GSP-51-2", blocks="变更不存在的参数 · changing an unknown parameter")
def parameter_known(facts: ChangesParameter, moment: Moment) -> Sequence[Breach]:
    """The parameter exists, and so does the site it is set for, if it may be set for one."""
    del moment
    if facts.parameter is None:
        return [Breach(evidence=message("没有这个参数。"))]
    if facts.scope_site_id is not None and not facts.parameter.per_site:
        return [Breach(evidence=message("“{name}”只能为全公司设定。", name=facts.parameter.label))]
    if not facts.scope_is_known:
        return [Breach(evidence=message("本公司没有所填的场所。"))]
    return []


@gate(law="GSP-51-2", blocks="参数值超出范围 · a value outside the parameter's bounds")
def parameter_within_bounds(facts: ChangesParameter, moment: Moment) -> Sequence[Breach]:
    """The value lies between the parameter's least and most, both included."""
    del moment
    bounds = facts.parameter
    if bounds is None or bounds.least <= facts.value <= bounds.most:
        return []
    return [
        Breach(evidence=message("{value} 不在允许的 {least} 至 {most} {unit}之内。", value=facts.value,
                                least=bounds.least, most=bounds.most, unit=bounds.unit))
    ]  # fmt: skip


@gate(law="GSP-51-2", blocks="没有改变的变更 · a change that changes nothing")
def parameter_differs(facts: ChangesParameter, moment: Moment) -> Sequence[Breach]:
    """The value differs from the one in force."""
    del moment
    if facts.value_now is None or facts.value != facts.value_now:
        return []
    return [Breach(evidence=message("现值已经是 {value}。", value=facts.value_now))]


@gate(law="GSP-51-2", blocks="由无权岗位签署参数变更 · signing a change without the post it asks for")
def parameter_signer_authorised(facts: ChangesParameter, moment: Moment) -> Sequence[Breach]:
    """Whoever signs holds one of the posts the parameter names (GSP Art 51(2): no change without approval)."""
    del moment
    if facts.parameter is None or facts.actor_roles is None or facts.actor_roles & {*facts.parameter.signed_by}:
        return []
    posts = facts.parameter.signed_by
    return [Breach(evidence=message("须由 {roles} 签署。", roles=listed(posts)), owner=posts[0])]
