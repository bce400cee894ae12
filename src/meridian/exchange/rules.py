"""What an import must hold before it starts, and before it is taken back."""

from collections.abc import Sequence
from typing import Protocol

from meridian.exchange.models import ImportedRecord
from meridian.exchange.queries import Touched
from meridian.exchange.vocabulary import Choice
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import listed, message


class Checked(Protocol):
    """What the last check of a run found."""

    @property
    def choice(self) -> str: ...
    @property
    def is_checked(self) -> bool: ...
    @property
    def to_write(self) -> int: ...
    @property
    def bad_count(self) -> int: ...
    @property
    def done_before(self) -> str: ...


class Finished(Protocol):
    """The records of a run that somebody went on with."""

    @property
    def touched(self) -> tuple[Touched, ...]: ...


@gate(law="UX 6.7", blocks="导入 · importing", aliases=["导入", "IMPORT_UNCHECKED"])
def import_checked(run: Checked, moment: Moment) -> Sequence[Breach]:
    """What is imported was checked: this file, these columns, these corrections, this policy."""
    del moment
    if run.is_checked:
        return ()
    return (Breach(message("文件、列对应、更正或已有记录的处理在上次校验后有变化；请重新校验。")),)


@gate(law="UX 6.7", blocks="导入 · importing", aliases=["导入"])
def import_has_rows(run: Checked, moment: Moment) -> Sequence[Breach]:
    """There is at least one row to write."""
    del moment
    return () if run.to_write else (Breach(message("没有可导入的行：都有错误，或与已有记录相同。")),)


@gate(law="UX 6.7", blocks="导入 · importing", aliases=["导入", "全部修正后导入"])
def import_rows_all_right(run: Checked, moment: Moment) -> Sequence[Breach]:
    """All or nothing: no row is wrong. Where right rows alone are imported, wrong ones stay behind with reasons."""
    del moment
    if run.choice != Choice.ALL_OR_NOTHING or not run.bad_count:
        return ()
    evidence = message("还有 {count} 行错误；改正后再导入，或改选“仅导入正确行”。", count=run.bad_count)
    return (Breach(evidence),)


@gate(law="UX 6.7", blocks="重复导入同一文件 · importing the same file twice", aliases=["重复导入", "IMPORT_TWICE"])
def import_not_done_before(run: Checked, moment: Moment) -> Sequence[Breach]:
    """The same file, read in the same way, is imported once; after it was taken back, it may be imported again."""
    del moment
    if not run.done_before:
        return ()
    return (Breach(message("{number} 已导入同一文件、同样的列对应。", number=run.done_before)),)


SHOWN = 5


@gate(law="UX 6.7", blocks="撤销导入 · undoing an import", locks=[ImportedRecord], aliases=["撤销本批"])
def imported_records_untouched(run: Finished, moment: Moment) -> Sequence[Breach]:
    """An import is taken back while nobody changed its records, refers to them or attached anything to them."""
    del moment
    if not run.touched:
        return ()
    numbers = listed(each.number for each in run.touched[:SHOWN])
    evidence = message("{count} 条记录已被修改或引用：{numbers}。", count=len(run.touched), numbers=numbers)
    return (Breach(evidence, subject_id=run.touched[0].record_id),)
