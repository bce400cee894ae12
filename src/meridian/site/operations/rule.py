"""The page of one rule: both languages, where it comes from and stands, what it guards, and the tests that prove it."""

from dataclasses import dataclass
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from meridian.kernel.gates import Gate, all_gates
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Crumb, Link, Text
from meridian.platform.screens.views import shown
from meridian.site.commands.rule import tests_of
from meridian.site.operations.lifecycle import LifecycleGate, LifecycleTransition, gate_shown, move_shown

proofs = cache(tests_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """`rule.html`: one rule in both languages, where it comes from, where it stands, what it guards, what proves it."""

    title: Text
    gate: LifecycleGate
    chinese: str
    english: str
    blocks: str
    explanation: str
    """The rule's own words in the code, in English."""
    aliases: tuple[str, ...] = ()
    transitions: tuple[LifecycleTransition, ...] = ()
    tests: tuple[str, ...] = ()
    """`path:line name` of each test that bears the rule's name; empty where the tests are not installed."""
    links: tuple[Link, ...] = ()
    crumbs: tuple[Crumb, ...] = ()


@for_reader
@require_safe
def rule(request: HttpRequest, reader: Reader, token: str) -> HttpResponse:
    """One rule by its name."""
    return shown(request, reader, "rule.html", rule_page(token))


def rule_page(token: str) -> RulePage:
    """One rule: what holds, why, and every move it guards; raises Http404 for an unknown token. No statements."""
    gate = all_gates().get(token)
    if gate is None:
        raise Http404("no such rule")
    guarded = [
        transition
        for declared in registry.document_types.values()
        for transition in declared.transitions.values()
        if gate in registry.gates_of(transition)
    ]
    types = list(dict.fromkeys(transition.document for transition in guarded))
    return RulePage(
        title=gate.sentence,
        gate=gate_shown(gate, guards=False),
        chinese=_in_language("zh-hans", gate),
        english=_in_language("en", gate),
        blocks=gate.blocks,
        explanation=" ".join(gate.docstring.split()),
        aliases=gate.aliases,
        transitions=tuple(move_shown(each, with_type=True) for each in guarded),
        tests=tuple(proofs(gate.code)),
        links=tuple(Link(label=each.label, url=addresses.lifecycle_url(each), icon="sitemap") for each in types),
        crumbs=(Crumb(label=_("规则")), Crumb(label=gate.code)),
    )


def _in_language(code: str, gate: Gate[object]) -> str:
    with override(code):
        return gate.sentence
