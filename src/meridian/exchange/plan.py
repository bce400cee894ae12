"""A table of a file as records to write: rows that belong together joined, cells converted, references and known
records found by set. The same plan is checked and run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from meridian.exchange.converting import Faulty, converted
from meridian.exchange.existing import Key, Stored, stored_records
from meridian.exchange.problems import WHOLE_ROW, Problem
from meridian.exchange.reading.tables import Line, Table
from meridian.exchange.resolving import References
from meridian.exchange.targets import NUMBER, ImportColumn, ImportTarget, columns_of
from meridian.exchange.vocabulary import Act, Policy
from meridian.kernel.messages import message
from meridian.platform.screens.derive.reader import Reader


@dataclass
class Entry:
    """One record to be: its rows in the file, its columns, its lines, and what is wrong so far."""

    rows: list[int]
    key: Key = ()
    fields: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    line_rows: list[int] = field(default_factory=list)
    """The file's row of each line."""
    problems: list[Problem] = field(default_factory=list)
    stored: Stored | None = None
    act: Act = Act.NEW
    number: str = ""


@dataclass(frozen=True)
class Plan:
    """All of it, in the order of the file."""

    target: ImportTarget
    entries: list[Entry]
    columns: Mapping[int, ImportColumn]
    headings: Sequence[str]
    has_lines: bool

    def place_of(self, path: str) -> int:
        """The file's column that fills a record's; `WHOLE_ROW` where none does."""
        return next((at for at, column in self.columns.items() if column.path == path), WHOLE_ROW)


def plan_of(
    target: ImportTarget, table: Table, mapping: Mapping[int, str], fixes: Mapping[str, str], policy: Policy, *,
    reader: Reader,
) -> Plan:  # fmt: skip
    """What the file comes to. A statement for each table referred to and for each way a record is known."""
    known = columns_of(target.code)
    columns = {at: known[path] for at, path in sorted(mapping.items()) if path in known}
    has_lines = any(column.is_line for column in columns.values())
    builder = _Builder(target, columns, fixes, has_lines)
    rows = [builder.read(line) for line in table.lines]
    builder.find(rows, reader)
    entries = builder.joined(rows)
    found = stored_records(target, [entry.key for entry in entries], reader, has_lines=has_lines)
    for entry in entries:
        _settle(entry, found, policy)
        if entry.act is Act.NEW:
            builder.require_filled(entry)
    return Plan(target, entries, columns, table.headings, has_lines)


@dataclass
class _Row:
    line: Line
    fields: dict[str, Any]
    items: dict[str, Any]
    problems: list[Problem]
    number: str = ""


@dataclass
class _Builder:
    target: ImportTarget
    columns: Mapping[int, ImportColumn]
    fixes: Mapping[str, str]
    has_lines: bool
    references: dict[str, References] = field(default_factory=dict)

    def read(self, line: Line) -> _Row:
        """The cells of one row that hold anything, converted."""
        row = _Row(line, {}, {}, [])
        for at, column in self.columns.items():
            cell = self.fixes.get(f"{line.number}:{at}", line.cell(at))
            if not cell.strip():
                continue
            value = converted(column, cell, self.target.words.get(column.path, {}))
            if isinstance(value, Faulty):
                row.problems.append(_problem(line, at, column, cell, value))
            elif column.path == NUMBER:
                row.number = str(value).strip()
            else:
                self._take(row, column, value)
        return row

    def _take(self, row: _Row, column: ImportColumn, value: Any) -> None:
        if column.model is not None:
            known = self.references.setdefault(
                column.path, References(column.model, self.target.cleaners.get(column.path))
            )
            known.want(value)
        (row.items if column.is_line else row.fields)[column.name] = value

    def find(self, rows: Iterable[_Row], reader: Reader) -> None:
        """Puts keys in the place of words, in every row."""
        for known in self.references.values():
            known.find(reader)
        for row in rows:
            for at, column in self.columns.items():
                held = row.items if column.is_line else row.fields
                if column.model is None or column.name not in held:
                    continue
                text = held[column.name]
                meant = self.references[column.path].meant(text)
                if isinstance(meant, Faulty):
                    row.problems.append(_problem(row.line, at, column, text, meant))
                    del held[column.name]
                else:
                    held[column.name] = meant

    def joined(self, rows: Iterable[_Row]) -> list[Entry]:
        """Rows of one key make one record; a row with lines alone goes on with the record above."""
        entries: list[Entry] = []
        by_key: dict[Key, Entry] = {}
        for row in rows:
            goes_on = self.has_lines and entries and not row.fields and not row.number and row.items
            key = entries[-1].key if goes_on else self._key(row)
            entry = entries[-1] if goes_on else by_key.get(key) if key else None
            if entry is None:
                entry = Entry([row.line.number], key=key, fields=dict(row.fields), number=row.number)
                entry.problems += row.problems
                entries.append(entry)
                if key:
                    by_key[key] = entry
            elif self.has_lines:
                self._add(entry, row)
            else:
                entries.append(self._repeated(entry, row))
                continue
            if row.items:
                entry.lines.append(dict(row.items))
                entry.line_rows.append(row.line.number)
        return entries

    def _add(self, entry: Entry, row: _Row) -> None:
        entry.rows.append(row.line.number)
        entry.problems += row.problems
        for name, value in row.fields.items():
            if name in entry.fields and entry.fields[name] != value:
                at, column = next((at, each) for at, each in self.columns.items() if each.path == name)
                reason = message("与第 {row} 行同属一条记录，此列却不同。", row=entry.rows[0])
                faulty = Faulty("rows_disagree", reason, message("改为一致，或在后续行留空。"))
                entry.problems.append(_problem(row.line, at, column, row.line.cell(at), faulty))
            entry.fields.setdefault(name, value)

    def _repeated(self, first: Entry, row: _Row) -> Entry:
        reason = message("与第 {row} 行是同一条记录。", row=first.rows[0])
        problem = Problem(row.line.number, WHOLE_ROW, "", " / ".join(first.key[1:])[:200], "row_repeated", reason,
                          message("删除其中一行。"))  # fmt: skip
        return Entry([row.line.number], problems=[*row.problems, problem])

    def _key(self, row: _Row) -> Key:
        """The first key all of whose columns the row fills, led by the names of its columns."""
        held = {**row.fields, NUMBER: row.number}
        for names in self.target.keys:
            values = [_compared(self.target, name, held.get(name)) for name in names]
            if all(values):
                return ("+".join(names), *values)
        return ()

    def require_filled(self, entry: Entry) -> None:
        """Columns of a new record that must be filled are named, also those the file does not have."""
        faulty = {problem.path for problem in entry.problems}
        for column in columns_of(self.target.code).values():
            is_asked = column.is_required and not column.is_line and column.path not in faulty
            if is_asked and column.name not in entry.fields:
                self._missing(entry, column, entry.rows[0])
        for line, row_no in zip(entry.lines, entry.line_rows, strict=True):
            for column in columns_of(self.target.code).values():
                if column.is_required and column.is_line and column.name not in line and not any(
                    problem.row_no == row_no and problem.path == column.path for problem in entry.problems
                ):  # fmt: skip
                    self._missing(entry, column, row_no)

    def _missing(self, entry: Entry, column: ImportColumn, row_no: int) -> None:
        at = next((at for at, each in self.columns.items() if each.path == column.path), WHOLE_ROW)
        hint = message("文件没有对应的列：在“映射”中指定，或补上该列。") if at == WHOLE_ROW else message("补填该格。")
        reason = message("必填：{label}。", label=column.field.verbose_name)
        entry.problems.append(Problem(row_no, at, column.path, "", "field_required", reason, hint))


def _compared(target: ImportTarget, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    cleaner = target.cleaners.get(name)
    text = str(value)
    return ((cleaner(text) if cleaner is not None else None) or text).strip().upper()


def _problem(line: Line, at: int, column: ImportColumn, cell: str, faulty: Faulty) -> Problem:
    return Problem(line.number, at, column.path, cell[:200], faulty.code, faulty.reason, faulty.suggestion)


def _settle(entry: Entry, found: Mapping[Key, Stored], policy: Policy) -> None:
    """What the record comes to by whether it exists."""
    entry.stored = found.get(entry.key)
    if entry.stored is None and entry.number:
        reason = message("没有单号 {number} 的记录。", number=entry.number)
        hint = message("清空单号可新建；更新请填已有的单号。")
        entry.problems.append(Problem(entry.rows[0], WHOLE_ROW, NUMBER, entry.number, "not_found", reason, hint))
        entry.act = Act.SKIP
    elif entry.stored is None:
        entry.act = Act.SKIP if policy == Policy.UPDATE else Act.NEW
    else:
        differs = entry.stored.changes(entry.fields) or entry.stored.line_changes(entry.lines)
        entry.act = Act.SAME if not differs else Act.SKIP if policy == Policy.NEW else Act.UPDATE
