"""Files for tests, and a quality clerk who imports them."""

import csv
import io
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.jobs import work_waiting
from meridian.exchange.models import ImportRun
from meridian.exchange.runs import check, reader_of, take_file
from meridian.exchange.targets import target_of
from meridian.kernel.engine import Command, perform
from meridian.organization.tests.factories import CompanyForTests, example_uscc
from meridian.organization.vocabulary import Role
from meridian.platform.attachments.files import Upload, checked

SUPPLIER_HEADINGS = ("供应商名称", "统一社会信用代码", "供货者类型", "地址", "联系人", "电话")


def csv_file(rows: Sequence[Sequence[object]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A text table."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(rows: Sequence[Sequence[object]], name: str = "数据") -> bytes:
    """A workbook of one sheet; numbers as numbers, days as days."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(name)
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return stream.getvalue()


def upload(name: str, content: bytes) -> Upload:
    """The file as the platform takes it."""
    return checked(SimpleUploadedFile(name, content))


def supplier_row(serial: int, **changes: str) -> list[str]:
    """A right row of a supplier."""
    row = {"name": f"苏州第{serial}医疗用品有限公司", "uscc": example_uscc(serial), "kind": "经营企业",
           "address": f"苏州市工业园区 {serial} 号", "contact": "", "phone": "0512-00000000"}  # fmt: skip
    return list({**row, **changes}.values())


class Clerk:
    """Somebody of a post at a company who imports."""

    def __init__(self, company: CompanyForTests, role: Role = Role.QUALITY_STAFF) -> None:
        self.company = company
        self.actor = company.actors[role]
        self.role = role

    def takes(self, code: str, name: str, content: bytes) -> ImportRun:
        """A new import of a file."""
        target = target_of(code)
        assert target is not None
        with self.company.scope():
            key = take_file(target, upload(name, content), self.company.set_up.site_id, reader=reader_of(self.actor))
        return self.run(key)

    def run(self, key: UUID) -> ImportRun:
        """An import as it stands."""
        with self.company.scope():
            return ImportRun.objects.get(pk=key)

    def checks(self, run: ImportRun) -> ImportRun:
        """Has it checked."""
        with self.company.scope():
            check(self.run(run.pk), actor=self.actor, tell=nobody)
        return self.run(run.pk)

    def imports(self, run: ImportRun) -> ImportRun:
        """Starts it and lets the worker do it."""
        perform(ImportRunDocument.start, Command(run.pk), actor=self.actor)
        work_waiting()
        return self.run(run.pk)


def imports_in_each_state(company: CompanyForTests) -> dict[str, Callable[[], UUID]]:
    """By state, what makes an import that stands in it."""
    clerk, serials = Clerk(company), count(9_100)

    def draft() -> UUID:
        rows = [SUPPLIER_HEADINGS, supplier_row(next(serials)), supplier_row(next(serials), uscc="1")]
        return clerk.checks(clerk.takes("supplier", "供应商.csv", csv_file(rows))).pk

    def moved(*steps: Any) -> Callable[[], UUID]:
        def make() -> UUID:
            key = draft()
            for step in steps:
                perform(step, Command(key, reason="试验"), actor=clerk.actor)
            return key

        return make

    of = ImportRunDocument
    return {
        "draft": draft,
        "running": moved(of.start),
        "done": moved(of.start, of.finish),
        "stopped": moved(of.start, of.stop),
        "undone": moved(of.start, of.finish, of.undo),
        "discarded": moved(of.discard),
    }


def nobody(done: int) -> None:
    """Hears how far it is and says nothing."""
    del done
