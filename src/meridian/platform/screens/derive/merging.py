"""Two people changed one record: what both touched is asked, everything else is merged, nothing typed is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from meridian.kernel.models import Act
from meridian.kernel.models import Change as ChangeRecord
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses, pickers, typed
from meridian.platform.screens.derive.typed import KEPT, PREFIX, Input, Typed, TypedLine
from meridian.platform.screens.view import Crumb, MergeField, MergePage

Values = Mapping[str, str]


@dataclass
class _Merge:
    """What the page will ask and what it carries along unseen."""

    fields: list[MergeField] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)

    def meet(
        self, inputs: list[Input], prefix: str, place: str, mine: Values, theirs: Values, base: dict[str, Any]
    ) -> None:
        """Field by field: what one side alone changed is taken, what both changed to different values is asked."""
        for each in inputs:
            my, their, was = mine.get(each.name, ""), theirs.get(each.name, ""), base.get(each.name)
            if my == their or was in (my, their):
                self.hidden.append((prefix + each.name, their if my == was else my))
            else:
                texts = [_words(each, value) for value in (my, their, str(was or ""))]
                self._ask(prefix + each.name, f"{place}{each.field.verbose_name}", my, their, *texts)

    def carry(
        self, inputs: list[Input], index: int, line: TypedLine, *, key: str = "", place: str = "", is_mine: bool = True
    ) -> None:
        """A line that one side alone still has; with a place the other side removed it, and whether it stays is asked.

        Posted as `lines-<index>-kept`, empty where the line goes.
        """
        prefix = f"{PREFIX}-{index}-"
        self.hidden.append((f"{prefix}id", key))
        self.hidden.extend((prefix + each.name, line.values.get(each.name, "")) for each in inputs)
        if place:
            words = " · ".join(filter(None, (_words(each, line.values.get(each.name, "")) for each in inputs[:4])))
            sides = [("on", words), ("", _("删除此行"))]
            (mine, my_words), (theirs, their_words) = sides if is_mine else reversed(sides)
            self._ask(f"{prefix}{KEPT}", place, mine, theirs, my_words, their_words, "")

    def _ask(self, name: str, label: str, mine: str, theirs: str, *texts: str) -> None:
        mine_text, theirs_text, base_text = texts
        asked = MergeField(name=name, label=label, mine=mine, theirs=theirs, mine_text=mine_text,
                           theirs_text=theirs_text, base_text=base_text)  # fmt: skip
        self.fields.append(asked)


def merge_page(declared: AnyDocumentType, document: Any, mine: Typed) -> MergePage:
    """The page answered with 409: posts to the form's own address with the new version and a new key."""
    theirs = typed.of_document(declared, document)
    base = json.dumps(theirs.base, ensure_ascii=False, separators=(",", ":"))
    merge = _Merge()
    merge.hidden += [("version", str(document.version)), ("key", uuid4().hex), ("reason", mine.reason), ("base", base)]
    merge.meet(typed.header_inputs(declared), "", "", mine.values, theirs.values, _part(mine.base, "values"))
    _merge_lines(typed.line_inputs(declared), mine, theirs, merge)
    url = addresses.page_url(declared, document.pk)
    return MergePage(
        title=_("两人同时修改，请逐项选择"),
        url=f"{url}edit",
        cancel_url=url,
        sentence=_who(declared, document),
        fields=tuple(merge.fields),
        hidden=tuple(merge.hidden),
        crumbs=(Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number, url=url)),
    )


def _part(base: dict[str, Any], name: str) -> dict[str, Any]:
    part = base.get(name)
    return part if isinstance(part, dict) else {}


def _words(each: Input, value: str) -> str:
    if each.target is not None and typed.is_key(value):
        return pickers.labels_of(each.target, [UUID(value)]).get(UUID(value), value)
    if each.field.choices:
        return str(dict(each.field.flatchoices).get(value, value))
    return value


def _merge_lines(inputs: list[Input], mine: Typed, theirs: Typed, merge: _Merge) -> None:
    """Lines meet by key. One side's new line stays; one removed here and untouched there goes; else it is asked."""
    base, my_keys = _part(mine.base, "lines"), {line.key for line in mine.lines}
    their_lines = {line.key: line for line in theirs.lines}
    for at, line in enumerate(mine.lines, start=1):
        place, other, was = _("第 %(n)s 行") % {"n": at}, their_lines.get(line.key), _part(base, line.key)
        if other is not None:
            prefix = f"{PREFIX}-{line.index}-"
            merge.hidden.append((f"{prefix}id", line.key))
            merge.meet(inputs, prefix, f"{place} · ", line.values, other.values, was)
        elif line.values != was:
            merge.carry(inputs, line.index, line, place=place if line.key else "")
    changed = [line for line in theirs.lines if line.key not in my_keys and line.values != base.get(line.key)]
    for index, line in enumerate(changed, start=max((line.index for line in mine.lines), default=-1) + 1):
        place = _("对方的第 %(n)s 行") % {"n": line.index + 1} if line.key in base else ""
        merge.carry(inputs, index, line, key=line.key, place=place, is_mine=False)


def _who(declared: AnyDocumentType, document: Any) -> str:
    """Who made the version that stands, and when."""
    table = declared.model._meta.db_table
    last = ChangeRecord.objects.filter(company_id=document.company_id, table_name=table, row_id=document.pk)
    change = last.order_by("-id").first()
    act = Act.objects.filter(pk=change.transaction_id).first() if change is not None else None
    if act is None:
        return _("他人保存了第 %(version)s 版。您填写的内容都还在，选定后一并保存。") % {"version": document.version}
    return _("%(who)s 于 %(at)s 保存了第 %(version)s 版。您填写的内容都还在，选定后一并保存。") % {
        "who": act.actor_name,
        "at": formats.instant(act.at),
        "version": document.version,
    }
