"""The page of one record: where it stands, what matters, what it holds, what comes next and what has been."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_path
from meridian.kernel.registry import AnyDocumentType, AnyTransition
from meridian.platform.attachments import section as attachments
from meridian.platform.prepared import KEY, prepared
from meridian.platform.screens.derive import actions, addresses, chain, columns, gatepanel, history, timeline
from meridian.platform.screens.derive.columns import Shown, all_paths, fact_values, shown_of, state_badge, table_columns
from meridian.platform.screens.derive.gaterows import role_labels
from meridian.platform.screens.derive.history import History
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import (
    Action,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    KeyValue,
    LineGrid,
    Link,
    Row,
    Section,
    StatusStep,
)

LINES_SHOWN = 500
"""Lines on one page; a longer record says how many there are and shows all on `?lines=all`."""


def find(declared: AnyDocumentType, document_id: UUID, reader: Reader) -> Any:
    """The record within the reader's scope, with what its page tells of other tables as `told`: one statement.

    Raises Http404 for any other, other companies' included.
    """
    scope, model = reader.scope(declared), declared.model
    columns = [column.attname for column in model._meta.concrete_fields]
    paths = list(dict.fromkeys([*columns, *_told_paths(declared, reader)]))

    def asked(key: UUID) -> QuerySet[Any, Any]:
        rows: QuerySet[Any] = model.objects.filter(scope, pk=key)
        return rows.values(*paths)

    found = list(asked(document_id)) if scope else prepared((declared, *paths), lambda: asked(KEY)).rows(document_id)
    if not found:
        raise Http404("no such document")
    document = model.from_db(connection.alias, columns, [found[0][name] for name in columns])
    document.told = found[0]
    return document


def document_page(declared: AnyDocumentType, document: Any, reader: Reader, request: HttpRequest) -> DocumentPage:
    """Everything of one record that this reader may see."""
    url = addresses.page_url(declared, document.pk)
    past = history.history_of(declared, document)
    facts = facts_of(declared, document, reader)
    step, done = gatepanel.next_step_of(reader, declared, document), past.done_by(reader.actor.user_id)
    judged = gatepanel.judge_one(step, document, reader, done) if step is not None else None
    mine = step is not None and reader.role_for(step, document) is not None
    primary = None
    if step is not None and judged is not None and mine:
        sign = None if judged.blocking else actions.sign_prompt(step, document, facts, reader, past.content_hash)
        primary = actions.action(step, document, is_primary=True, judged=judged, sign=sign)
    badge = state_badge(declared, document.state)
    return DocumentPage(
        type_label=declared.label,
        number=document.number,
        url=url,
        status=badge,
        crumbs=(Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number)),
        primary=primary,
        waiting=_waiting(step) if step is not None and not mine else "",
        secondary=(
            *_secondary(declared, document, reader, step if mine else None),
            *provided().offers(declared.code, document.pk, reader.grants),
        ),
        chain_actions=chain.followers(declared, document, reader),
        related=(Link(label=_("生命周期"), url=addresses.lifecycle_url(declared), icon="sitemap"),),
        prints=_prints(declared, document),
        steps=_status(declared, document, past, step, mine=mine),
        facts=tuple(_fact(each) for each in facts),
        sections=_sections(declared, document, reader, past, request),
        chain=chain.chain(declared, document, reader),
        gate=gatepanel.panel(judged, url) if judged is not None else None,
        timeline=timeline.timeline(declared, past, reader, f"{url}trail"),
        timeline_url=f"{url}trail",
    )


def facts_of(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[KeyValue, ...]:
    """All declared facts of a record that was found, in words; no moment unnamed."""
    moments, values = [each.happened for each in declared.transitions.values()], document.told
    shown = [(ref in moments, shown_of(ref)) for ref in declared.screen.facts if reader.sees(declared, ref)]
    return tuple(fact_values(each, values) for is_late, each in shown if not is_late or values[each.path])


def _told_paths(declared: AnyDocumentType, reader: Reader) -> list[str]:
    told = [*declared.screen.facts, *(ref for part in declared.screen.sections for ref in part.fields)]
    return all_paths(shown_of(ref) for ref in told if reader.sees(declared, ref))


def _fact(value: KeyValue) -> Fact:
    return Fact(label=value.label, value=value.value, kind=value.kind, unit=value.unit, url=value.url)


def _waiting(step: AnyTransition) -> str:
    roles = role_labels(",".join(step.allowed_to))
    return _("等待 %(roles)s 办理“%(action)s”") % {"roles": roles, "action": step.label}


def _secondary(
    declared: AnyDocumentType, document: Any, reader: Reader, primary: AnyTransition | None
) -> tuple[Action, ...]:
    """Edit, then the other moves this reader may make; harmful ones last."""
    offered = [
        each
        for each in gatepanel.steps_from(declared, document.state)
        if each is not primary and reader.role_for(each, document) is not None
    ]
    offered.sort(key=lambda each: each.danger)
    buttons = [actions.action(each, document) for each in offered]
    right = reader.grants.role_for(declared.permission("draft"), document, declared.scope)
    if document.state in declared.editable_in and right is not None:
        url = addresses.step_url(declared, document.pk, "edit")
        buttons.insert(0, Action(name="edit", label=_("编辑"), url=url, method="get", icon="edit"))
    return tuple(buttons)


def _prints(declared: AnyDocumentType, document: Any) -> tuple[Link, ...]:
    forms = [(each.name, each.label) for each in declared.prints] + [("record", _("记录单"))]
    links = [
        Link(label=label, url=addresses.step_url(declared, document.pk, f"print/{name}"), icon="printer")
        for name, label in forms
    ]
    bundle = Link(label=_("证据包"), url=addresses.step_url(declared, document.pk, "bundle"), icon="shield-lock")
    return (*links, bundle)


def _status(
    declared: AnyDocumentType, document: Any, past: History, step: AnyTransition | None, *, mine: bool
) -> tuple[StatusStep, ...]:
    """The states of the main path: who reached them and when, whose turn it is, and where the record left the path."""
    flow = list(declared.screen.flow) or [str(value) for value in declared.states.values]
    words = dict(declared.states.choices)
    reached: dict[str, tuple[str, Any]] = {declared.initial: (document.created_by_name, document.created_at)}
    for record in past.moves:
        reached[record.to_state] = (record.actor_name, record.at)
    steps = []
    on_path = document.state in flow
    here = flow.index(document.state) if on_path else -1
    for place, state in enumerate(flow):
        who, at = reached.get(state, ("", None))
        if place == here and step is not None:
            roles = role_labels(",".join(step.allowed_to))
            turn = _("待您办理") if mine else _("待%(roles)s办理") % {"roles": roles}
            steps.append(StatusStep(label=words.get(state, state), phase="now", note=turn))
        elif (on_path and place <= here) or (not on_path and state in reached):
            steps.append(StatusStep(label=words.get(state, state), phase="done", note=who, at=at))
        elif on_path:
            steps.append(StatusStep(label=words.get(state, state), phase="next"))
    if not on_path:
        who, at = reached.get(document.state, ("", None))
        steps.append(StatusStep(label=words.get(document.state, document.state), phase="stopped", note=who, at=at))
    return tuple(steps)


def _sections(
    declared: AnyDocumentType, document: Any, reader: Reader, past: History, request: HttpRequest
) -> tuple[Section, ...]:
    """The tabs; only the current one is filled."""
    url = addresses.page_url(declared, document.pk)
    names = ["lines"] if declared.lines is not None else []
    names += [f"s{n}" for n, _part in enumerate(declared.screen.sections)]
    names += ["attachments", "signatures", "trail"]
    asked = request.GET.get("section", "")
    current = asked if asked in names else names[0]
    tabs: list[Section] = []
    if declared.lines is not None:
        grid = line_grid(declared, document, reader, everything=request.GET.get("lines") == "all")
        is_current = current == "lines"
        count = grid[1]
        tabs.append(
            Section(name="lines", label=declared.lines.label, url=f"{url}?section=lines", is_current=is_current,
                    count=count, lines=grid[0] if is_current else None)
        )  # fmt: skip
    for n, part in enumerate(declared.screen.sections):
        shown = [shown_of(ref) for ref in part.fields if reader.sees(declared, ref)]
        told = tuple(fact_values(each, document.told) for each in shown) if current == f"s{n}" else ()
        address = f"{url}?section=s{n}"
        tabs.append(Section(name=f"s{n}", label=part.label, url=address, is_current=current == f"s{n}", facts=told))
    tabs.append(attachments.section(declared, document, reader.grants, url=url,
                                    is_current=current == "attachments", is_signed=bool(past.signatures)))  # fmt: skip
    signed = timeline.signature_rows(past) if current == "signatures" else ()
    tabs.append(
        Section(name="signatures", label=_("签核记录"), url=f"{url}?section=signatures", count=len(past.signatures),
                is_current=current == "signatures", signatures=signed)
    )  # fmt: skip
    rows = timeline.trail(declared, past, reader) if current == "trail" else ()
    trail_url = f"{url}?section=trail"
    tabs.append(Section(name="trail", label=_("审计追踪"), url=trail_url, is_current=current == "trail", trail=rows))
    return tuple(tabs)


def line_grid(declared: AnyDocumentType, document: Any, reader: Reader, *, everything: bool) -> tuple[LineGrid, int]:
    """The lines as a table, and how many there are: one statement, two more where they are cut."""
    lines = declared.lines
    if lines is None:
        return LineGrid(columns=(), rows=()), 0
    shown = [shown_of(ref) for ref in lines.columns if reader.sees(declared, ref) and column_path(ref) != "line_no"]
    shown = columns.folded(shown)
    model, paths, most = lines.model, all_paths(shown, "id", "line_no"), None if everything else LINES_SHOWN + 1
    page = prepared(
        (declared, "lines", most, *paths),
        lambda: model._default_manager.filter(document_id=KEY).order_by("line_no").values(*paths)[:most],
    ).rows(document.pk)
    is_cut = not everything and len(page) > LINES_SHOWN
    rows = model._default_manager.filter(document_id=document.pk)
    count = rows.count() if is_cut else len(page)
    page = page if everything else page[:LINES_SHOWN]
    first = Column(name="line_no", label="#", kind="number", phone="hidden", width="narrow")
    note = _("显示前 %(shown)s 行，共 %(count)s 行；在地址后加 ?lines=all 看全部。") if is_cut else ""
    grid = LineGrid(
        columns=(first, *_with_title(shown)),
        rows=tuple(_line(shown, row) for row in page),
        totals=_line_totals(declared, shown, rows if is_cut else page, lines.totals, reader) if page else (),
        note=note % {"shown": LINES_SHOWN, "count": count} if note else "",
    )
    return grid, count


def _with_title(shown: Sequence[Shown]) -> tuple[Column, ...]:
    """Headings of lines; on phones what is counted heads the card, how much of it stands beside."""
    made = list(table_columns(shown))
    if made:
        made[0] = replace(made[0], phone="title")
    counted = next((place for place, each in enumerate(made) if each.kind == "quantity"), 0)
    if counted:
        made[counted] = replace(made[counted], phone="status")
    return tuple(made)


def _line(shown: Sequence[Shown], row: Mapping[str, Any]) -> Row:
    cells = tuple(columns.cell(each, row, with_note=True) for each in shown)
    return Row(key=str(row["id"]), cells=(Cell(kind="number", value=row["line_no"]), *cells))


def _line_totals(
    declared: AnyDocumentType, shown: Sequence[Shown], rows: Any, totals: Sequence[ColumnRef], reader: Reader
) -> tuple[Cell, ...]:
    paths = [column_path(ref) for ref in totals if reader.sees(declared, ref)]
    if not paths:
        return ()
    if isinstance(rows, list):
        by_path = {path: sum(found) if (found := [row[path] for row in rows if row.get(path) is not None]) else None
                   for path in paths}  # fmt: skip
    else:
        sums = rows.aggregate(**{f"t{n}": Sum(path) for n, path in enumerate(paths)})
        by_path = {path: sums[f"t{n}"] for n, path in enumerate(paths)}
    cells = [Cell(kind="number" if each.kind == "quantity" else each.kind, value=by_path[each.path], strong=True)
             if each.path in by_path else Cell() for each in shown]  # fmt: skip
    return (Cell(value=_("合计")), *cells)
