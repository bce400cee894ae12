"""Two people changed one record: what both touched is asked, everything else is merged, nothing typed is lost."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from meridian.kernel.models import Act
from meridian.kernel.models import Change as ChangeRecord
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses, pickers, typed
from meridian.platform.screens.derive.typed import PREFIX, Input, Typed
from meridian.platform.screens.view import Crumb, MergeField, MergePage


def merge_page(declared: AnyDocumentType, document: Any, mine: Typed) -> MergePage:
    """The page answered with 409: posts to the form's own address with the new version and a new key."""
    theirs = typed.of_document(declared, document)
    fields: list[MergeField] = []
    hidden: list[tuple[str, str]] = [
        ("version", str(document.version)),
        ("key", uuid4().hex),
        ("reason", mine.reason),
        ("base", json.dumps(theirs.base, ensure_ascii=False, separators=(",", ":"))),
    ]
    base_values = _part(mine.base, "values")
    inputs = typed.header_inputs(declared)
    _merge(inputs, "", mine.values, theirs.values, base_values, "", fields, hidden)
    _merge_lines(declared, mine, theirs, fields, hidden)
    url = addresses.page_url(declared, document.pk)
    return MergePage(
        title=_("两人同时修改，请逐项选择"),
        url=f"{url}edit",
        cancel_url=url,
        sentence=_who(declared, document),
        fields=tuple(fields),
        hidden=tuple(hidden),
        crumbs=(Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number, url=url)),
    )


def _part(base: dict[str, Any], name: str) -> dict[str, Any]:
    part = base.get(name)
    return part if isinstance(part, dict) else {}


def _merge(
    inputs: list[Input], prefix: str, mine: dict[str, str], theirs: dict[str, str], base: dict[str, Any], place: str,
    fields: list[MergeField], hidden: list[tuple[str, str]],
) -> None:  # fmt: skip
    for each in inputs:
        my, their, was = mine.get(each.name, ""), theirs.get(each.name, ""), base.get(each.name)
        if my == their or their == was:
            hidden.append((prefix + each.name, my))
        elif my == was:
            hidden.append((prefix + each.name, their))
        else:
            label = f"{place}{each.field.verbose_name}"
            fields.append(
                MergeField(
                    name=prefix + each.name, label=label, mine=my, theirs=their, mine_text=_words(each, my),
                    theirs_text=_words(each, their), base_text=_words(each, str(was or "")),
                )
            )  # fmt: skip


def _words(each: Input, value: str) -> str:
    if each.target is not None and typed.is_key(value):
        return pickers.labels_of(each.target, [UUID(value)]).get(UUID(value), value)
    if each.field.choices:
        return str(dict(each.field.flatchoices).get(value, value))
    return value


def _merge_lines(
    declared: AnyDocumentType, mine: Typed, theirs: Typed, fields: list[MergeField], hidden: list[tuple[str, str]]
) -> None:
    """Lines meet by key. One they removed stays only if I changed it; one they added is kept; one I removed goes."""
    inputs = typed.line_inputs(declared)
    base = _part(mine.base, "lines")
    their_lines = {line.key: line for line in theirs.lines}
    for place, line in enumerate(mine.lines, start=1):
        prefix = f"{PREFIX}-{line.index}-"
        other = their_lines.get(line.key)
        was = _part(base, line.key)
        if other is not None:
            hidden.append((f"{prefix}id", line.key))
            label = _("第 %(n)s 行 · ") % {"n": place}
            _merge(inputs, prefix, line.values, other.values, was, label, fields, hidden)
        elif not line.key or line.values != was:
            hidden.append((f"{prefix}id", ""))
            hidden.extend((prefix + each.name, line.values.get(each.name, "")) for each in inputs)
    index = max((line.index for line in mine.lines), default=-1)
    my_keys = {line.key for line in mine.lines}
    for other in theirs.lines:
        if other.key not in my_keys and other.key not in base:
            index += 1
            hidden.append((f"{PREFIX}-{index}-id", other.key))
            hidden.extend((f"{PREFIX}-{index}-{each.name}", other.values.get(each.name, "")) for each in inputs)


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
