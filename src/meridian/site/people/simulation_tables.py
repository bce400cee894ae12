"""The tables of the simulation: conflicts, runs of steps, and who is affected."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from meridian.accounts.people import Person
from meridian.accounts.simulation import Run, Separated
from meridian.kernel.registry import registry
from meridian.platform.screens.view import Badge, Cell, Column, LineGrid, Row
from meridian.site.people.simulated import Change, Compared, Outcome


def conflict_grid(conflicts: Sequence[tuple[Separated, Change]], names: Mapping[str, str]) -> LineGrid:
    """Pairs of posts that a rule separates."""
    columns = (
        Column(name="pair", label=_("岗位"), phone="title"),
        Column(name="reason", label=_("规则"), phone="sub", width="wide"),
        Column(name="change", label=_("与今天相比"), kind="badge", phone="status"),
    )
    rows = tuple(
        Row(key=f"{rule.first}{rule.second}", tone="bad" if change == "new" else None, cells=(
            Cell(value=_("%(first)s 与 %(second)s") % {"first": names.get(rule.first, rule.first),
                                                     "second": names.get(rule.second, rule.second)}, strong=True),
            Cell(value=rule.reason), Cell(kind="badge", badge=_badge(change)),
        ))
        for rule, change in conflicts
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有互斥的岗位"))


def run_grid(runs: Sequence[Compared]) -> LineGrid:
    """What could be done alone, step by step."""
    columns = (
        Column(name="what", label=_("单据"), phone="title"),
        Column(name="steps", label=_("一人可办的步骤"), phone="sub", width="wide"),
        Column(name="signed", label=_("其中签名"), kind="number", phone="fact"),
        Column(name="note", label=_("说明"), phone="fact", width="wide"),
        Column(name="change", label=_("与今天相比"), kind="badge", phone="status"),
    )
    rows = tuple(
        Row(key="-".join(each.run.documents), tone="bad" if each.change == "new" else None, cells=(
            Cell(value=" → ".join(_label(code) for code in each.run.documents), strong=True),
            Cell(value=_steps(each.run)), Cell(kind="number", value=sum(step.is_signed for step in each.run.steps)),
            Cell(value=_note(each)), Cell(kind="badge", badge=_badge(each.change)),
        ))
        for each in runs
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有一人可连续办理的步骤"))


def affected_grid(affected: Sequence[tuple[Person, Outcome]]) -> LineGrid:
    """Everybody in the post, with how much is new for them."""
    columns = (
        Column(name="name", label=_("姓名"), phone="title"),
        Column(name="what", label=_("新增一人可办"), phone="sub", width="wide"),
        Column(name="count", label=_("新增项数"), kind="number", phone="status"),
    )
    rows = tuple(
        Row(key=str(person.id), tone="bad" if outcome.new_count else None, cells=(
            Cell(kind="link", value=person.name, note=person.username, url=f"/people/simulate?person={person.id}"),
            Cell(value="；".join(_steps(each.run) for each in outcome.within if each.change == "new")),
            Cell(kind="number", value=outcome.new_count),
        ))
        for person, outcome in affected
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有人在岗"))


def _label(code: str) -> str:
    return str(registry.document_types[code].label)


def _steps(run: Run) -> str:
    """“填写 → 提交 → 批准”; over several documents each with its name."""
    if len(run.documents) == 1:
        return " → ".join(str(step.label) for step in run.steps)
    parts = []
    for code in run.documents:
        said = _("、").join(str(step.label) for step in run.steps if step.document == code)
        parts.append(_("%(document)s（%(steps)s）") % {"document": _label(code), "steps": said})
    return " → ".join(parts)


def _note(compared: Compared) -> str:
    """Which steps are new, and whether the engine refuses one of them as things stand."""
    said = []
    if compared.change == "new":
        new = [str(step.label) for step in compared.run.steps if step.permission in compared.new]
        said.append(_("新增：%(steps)s") % {"steps": _("、").join(new)})
    if compared.run.is_held_back:
        said.append(_("岗位互斥，系统会拒绝其中的步骤"))
    return " · ".join(said)


def _badge(change: Change) -> Badge:
    if change == "new":
        return Badge(label=_("新增"), tone="bad")
    return Badge(label=_("已有"), tone="neutral") if change == "same" else Badge(label=_("不再有"), tone="ok")
