"""What a document type can do, drawn from what the engine runs: states, moves, rules, posts, reactions, guards."""

from dataclasses import dataclass
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.kernel.gates import Gate, GateKind
from meridian.kernel.registry import AnyDocumentType, AnyTransition, no_approval_needed, registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.gaterows import role_labels
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.graph import Connection, Layer, layered
from meridian.platform.screens.view import Badge, Crumb, Graph, GraphNode, Link, Text
from meridian.platform.screens.views import shown

AnyGate = Gate[object]
_KINDS: dict[GateKind, Literal["must", "explain", "wait"]] = {
    GateKind.MUST: "must",
    GateKind.EXPLAIN: "explain",
    GateKind.WAIT: "wait",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleTransition:
    """One row of the lifecycle table; names are the tokens, labels the words."""

    name: str
    label: Text
    sources: tuple[Badge, ...]
    target: Badge
    roles: tuple[Text, ...]
    gates: tuple[str, ...] = ()
    differs_from: tuple[Text, ...] = ()
    meaning: Text = ""
    reason_required: bool = False
    effect: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleGate:
    """One gate of the type: what holds, why, where it stands in the code. `origin` names the module that added it."""

    code: str
    kind: Literal["must", "explain", "wait"]
    sentence: Text
    law: Text
    origin: Text = ""
    waivable_by: Text = ""
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecyclePage:
    """`lifecycle.html`: states, transitions, gates and roles of one document type.

    `approvals` says whether an approval provider is registered (“审批：未登记”).
    """

    title: Text
    code: str
    states: tuple[Badge, ...]
    transitions: tuple[LifecycleTransition, ...]
    gates: tuple[LifecycleGate, ...]
    approvals: Text
    crumbs: tuple[Crumb, ...] = ()
    graph: Graph | None = None
    retention: Text = ""
    links: tuple[Link, ...] = ()


@for_reader
@require_safe
def lifecycle(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """What a document type can do."""
    return shown(request, reader, "lifecycle.html", lifecycle_page(code))


def lifecycle_page(code: str) -> LifecyclePage:
    """The lifecycle of one type; raises Http404 for an unknown code. No statements."""
    declared = registry.document_type(code)
    if declared is None:
        raise Http404("no such document type")
    gates: dict[str, LifecycleGate] = {}
    for transition in declared.transitions.values():
        for gate in registry.gates_of(transition):
            gates.setdefault(gate.code, gate_shown(gate, guards=gate not in transition.gates))
    return LifecyclePage(
        title=_("%(type)s · 生命周期") % {"type": declared.label},
        code=declared.code,
        states=tuple(state_badge(declared, state) for state in declared.states.values),
        transitions=tuple(move_shown(each) for each in declared.transitions.values()),
        gates=tuple(gates.values()),
        approvals=approvals(),
        crumbs=(Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=_("生命周期"))),
        graph=picture(declared),
        retention=_("保存类别 %(code)s") % {"code": declared.retention.code},
    )


def approvals() -> str:
    """Whether somebody has to agree before a move."""
    if registry.providers.approvals is no_approval_needed:
        return _("审批：未登记，无需审批")
    return _("审批：由 %(module)s 登记") % {"module": registry.providers.approvals.__module__}


def gate_shown(gate: AnyGate, *, guards: bool) -> LifecycleGate:
    """A rule as a line: sentence, clause, where it stands in the code, who may waive it."""
    module = gate.module.removeprefix("meridian.")
    return LifecycleGate(
        code=gate.code,
        kind=_KINDS[gate.kind],
        sentence=gate.sentence,
        law=gate.law,
        origin=_("由 %(module)s 增设") % {"module": module} if guards else module.split(".")[0],
        waivable_by=role_labels(",".join(gate.waivable_by)),
        source=f"{module.replace('.', '/')}.py:{gate.line}",
        url=addresses.rule_url(gate.code),
    )


def move_shown(transition: AnyTransition, *, with_type: bool = False) -> LifecycleTransition:
    """A move as a line: from where to where, by whom, under which rules, with what effect."""
    declared = transition.document
    label = f"{declared.label} · {transition.label}" if with_type else transition.label
    effects = [str(transition.help)] if transition.help else []
    for reaction in registry.reactions.get(transition, ()):
        module = reaction.then.__module__.removeprefix("meridian.").split(".")[0]
        effects.append(f"{module}: {reaction.then.__name__}")
    return LifecycleTransition(
        name=f"{declared.code}.{transition.name}" if with_type else transition.name,
        label=label,
        sources=tuple(state_badge(declared, state) for state in transition.source),
        target=state_badge(declared, transition.target),
        roles=tuple(role_labels(code) for code in transition.allowed_to),
        gates=tuple(gate.code for gate in registry.gates_of(transition)),
        differs_from=tuple(other.label for other in transition.differs_from),
        meaning=transition.signature.label if transition.signature is not None else "",
        reason_required=transition.reason_required,
        effect="；".join(effects),
    )


def picture(declared: AnyDocumentType) -> Graph | None:
    """States in layers by their distance from the first one, moves as curves."""
    depth = {declared.initial: 0}
    moves = [(source, each) for each in declared.transitions.values() for source in each.source]
    for _round in declared.states.values:
        for source, each in moves:
            if source in depth and each.target not in depth:
                depth[each.target] = depth[source] + 1
    if len(depth) < 2:
        return None
    layers = []
    for level in range(max(depth.values()) + 1):
        states = [state for state, at in depth.items() if at == level]
        nodes = tuple(GraphNode(key=state, title=state_badge(declared, state).label, text=state) for state in states)
        layers.append(Layer(label="", nodes=nodes))
    known = [(source, each) for source, each in moves if source in depth and source != each.target]
    connections = [Connection(source=source, target=each.target, title=each.label) for source, each in known]
    return layered(layers, connections)
