"""From a file to drafts: every fault by row and column, nothing written by a check, the same file only once."""

from decimal import Decimal

import pytest

from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.models import ImportedRecord, ImportProblem
from meridian.exchange.runs import reader_of, save_choice, save_fixes
from meridian.exchange.vocabulary import Choice, Policy, RunState
from meridian.items.models import DeviceIdentifier
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import Act, Change, RefusalRecord
from meridian.organization.tests.factories import CompanyForTests, example_uscc, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.documents import SupplierDocument
from meridian.parties.models import Supplier
from tests.scenarios.import_files import SUPPLIER_HEADINGS, Clerk, csv_file, supplier_row, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.BUYER))


@pytest.fixture
def clerk(company: CompanyForTests) -> Clerk:
    return Clerk(company)


def problems(clerk: Clerk) -> list[tuple[int, str, str, str]]:
    with clerk.company.scope():
        rows = ImportProblem.objects.order_by("row_no", "column_no")
        return [(each.row_no, each.heading, each.value, each.code) for each in rows]


def test_a_check_writes_nothing_and_names_every_fault(clerk: Clerk) -> None:
    rows = [SUPPLIER_HEADINGS, supplier_row(1), supplier_row(2, kind="火星企业", uscc="123"), supplier_row(3, name="")]
    run = clerk.checks(clerk.takes("supplier", "供应商.csv", csv_file(rows, "gb18030")))
    assert (run.row_count, run.new_count, run.bad_count) == (3, 1, 2)
    assert problems(clerk) == [
        (3, "统一社会信用代码", "123", "field_invalid"), (3, "供货者类型", "火星企业", "choice_unknown"),
        (4, "供应商名称", "", "field_required"),
    ]  # fmt: skip
    with clerk.company.scope():
        assert not Supplier.objects.exists()


def test_right_rows_become_drafts_in_the_name_of_who_started_it(clerk: Clerk) -> None:
    rows = [SUPPLIER_HEADINGS, supplier_row(1), supplier_row(2, uscc="1"), supplier_row(3)]
    run = clerk.imports(clerk.checks(clerk.takes("supplier", "供应商.xlsx", workbook(rows))))
    assert (run.state, run.new_count, run.bad_count) == (RunState.DONE, 2, 1)
    with clerk.company.scope():
        assert set(Supplier.objects.values_list("state", "created_by_name")) == {("draft", clerk.actor.name)}
        made = ImportedRecord.objects.order_by("row_no")
        assert [each.row_no for each in made] == [2, 4]
        acts = Change.objects.filter(row_id__in=[each.record_id for each in made]).values_list("transaction_id")
        assert set(Act.objects.filter(pk__in=acts).values_list("source", flat=True)) == {"import"}


def refused(clerk: Clerk, transition: object, key: object, reason: str = "") -> str:
    """The token a move is refused with, one refusal being written."""
    with clerk.company.scope():
        before = RefusalRecord.objects.count()
    with pytest.raises(Refused) as answer:
        perform(transition, Command(key, reason=reason), actor=clerk.actor)  # type: ignore[arg-type]
    with clerk.company.scope():
        assert RefusalRecord.objects.count() == before + 1
    return answer.value.findings[0].code


def test_import_checked__refuses_what_was_never_checked__and_what_changed_since(clerk: Clerk) -> None:
    run = clerk.takes("supplier", "a.csv", csv_file([SUPPLIER_HEADINGS, supplier_row(1)]))
    assert refused(clerk, ImportRunDocument.start, run.pk) == "import_checked"
    run = clerk.checks(run)
    with clerk.company.scope():
        save_fixes(run, {"2:0": "改名有限公司"}, run.version, reader=reader_of(clerk.actor))
    assert refused(clerk, ImportRunDocument.start, run.pk) == "import_checked"
    assert clerk.imports(clerk.checks(run)).state == RunState.DONE


def test_import_has_rows__refuses_none__allows_one(clerk: Clerk) -> None:
    run = clerk.checks(clerk.takes("supplier", "a.csv", csv_file([SUPPLIER_HEADINGS, supplier_row(1, uscc="1")])))
    assert refused(clerk, ImportRunDocument.start, run.pk) == "import_has_rows"
    rows = [SUPPLIER_HEADINGS, supplier_row(1, uscc="1"), supplier_row(2)]
    assert clerk.imports(clerk.checks(clerk.takes("supplier", "b.csv", csv_file(rows)))).new_count == 1


def test_import_rows_all_right__refuses_with_one_wrong_row__allows_with_none(clerk: Clerk) -> None:
    rows = [SUPPLIER_HEADINGS, supplier_row(1), supplier_row(2, uscc="1")]
    run = clerk.takes("supplier", "a.csv", csv_file(rows))
    with clerk.company.scope():
        save_choice(run, Policy.NEW, Choice.ALL_OR_NOTHING, run.version, reader=reader_of(clerk.actor))
    run = clerk.checks(run)
    assert refused(clerk, ImportRunDocument.start, run.pk) == "import_rows_all_right"
    with clerk.company.scope():
        save_fixes(run, {"3:1": example_uscc(2)}, run.version, reader=reader_of(clerk.actor))
    run = clerk.imports(clerk.checks(run))
    assert (run.state, run.new_count, run.bad_count) == (RunState.DONE, 2, 0)


def test_import_not_done_before__refuses_the_same_file__allows_it_again_once_undone(clerk: Clerk) -> None:
    content = csv_file([SUPPLIER_HEADINGS, supplier_row(1)])
    first = clerk.imports(clerk.checks(clerk.takes("supplier", "a.csv", content)))
    second = clerk.checks(clerk.takes("supplier", "b.csv", content))
    assert refused(clerk, ImportRunDocument.start, second.pk) in ("import_has_rows", "import_not_done_before")
    perform(ImportRunDocument.undo, Command(first.pk, reason="文件有误"), actor=clerk.actor)
    assert clerk.imports(clerk.checks(second)).new_count == 1


def test_imported_records_untouched__undoes_what_stands_as_imported__refuses_after_a_change(clerk: Clerk) -> None:
    rows = [SUPPLIER_HEADINGS, supplier_row(1), supplier_row(2)]
    run = clerk.imports(clerk.checks(clerk.takes("supplier", "a.csv", csv_file(rows))))
    with clerk.company.scope():
        one = Supplier.objects.order_by("pk").first()
        assert one is not None
    changed = clerk.company.draft(SupplierDocument, {"phone": "025-1"}, document_id=one.pk)
    assert refused(clerk, ImportRunDocument.undo, run.pk, "文件有误") == "imported_records_untouched"
    with clerk.company.scope():
        assert Supplier.objects.count() == 2
        ImportedRecord.objects.filter(record_id=one.pk).delete()
    del changed
    perform(ImportRunDocument.undo, Command(run.pk, reason="文件有误"), actor=clerk.actor)
    with clerk.company.scope():
        assert list(Supplier.objects.values_list("pk", flat=True)) == [one.pk]
        assert clerk.run(run.pk).state == RunState.UNDONE


def test_an_update_changes_only_what_differs_and_undo_gives_it_back(clerk: Clerk) -> None:
    clerk.imports(clerk.checks(clerk.takes("supplier", "a.csv", csv_file([SUPPLIER_HEADINGS, supplier_row(1)]))))
    run = clerk.takes("supplier", "b.csv", csv_file([SUPPLIER_HEADINGS, supplier_row(1, phone="025-2")]))
    with clerk.company.scope():
        save_choice(run, Policy.BOTH, Choice.GOOD_ROWS, run.version, reader=reader_of(clerk.actor))
    run = clerk.imports(clerk.checks(run))
    assert (run.new_count, run.update_count) == (0, 1)
    with clerk.company.scope():
        assert Supplier.objects.get().phone == "025-2"
    perform(ImportRunDocument.undo, Command(run.pk, reason="误"), actor=clerk.actor)
    with clerk.company.scope():
        assert Supplier.objects.get().phone == "0512-00000000"


def test_nobody_imports_what_they_may_not_draft(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as answer:
        Clerk(company, Role.BUYER).takes("supplier", "a.csv", csv_file([SUPPLIER_HEADINGS, supplier_row(1)]))
    assert answer.value.code == "permission_required"


def test_items_with_identifiers_and_certificates(clerk: Clerk) -> None:
    papers = [("注册证号", "注册人", "产品名称", "类别", "批准日期", "到期日"),
              ("苏械注准20232140001", "江南制造厂", "一次性使用注射器", "II类", "2023/1/5", 46752.0)]  # fmt: skip
    run = clerk.imports(clerk.checks(clerk.takes("registration_certificate", "证.xlsx", workbook(papers))))
    assert run.new_count == 1, problems(clerk)
    headings = (
        "品名",
        "规格",
        "管理类别",
        "分类编码",
        "单位",
        "生产厂家",
        "注册证号",
        "UDI-DI",
        "包装级别",
        "每包装数量",
    )
    rows = [
        headings,
        (
            "注射器",
            "5 mL",
            "II",
            "14-01-01",
            "支",
            "江南制造厂",
            "苏械注准2023 2140001",
            6901234567892,
            "最小销售单元",
            1,
        ),
        ("", "", "", "", "", "", "", "16901234567899", "箱", "１，０００"),
        ("注射器", "10 mL", "II", "14-01-01", "支", "江南制造厂", "国械注准1", "", "", ""),
    ]
    run = clerk.checks(clerk.takes("item", "物料.xlsx", workbook(rows)))
    assert (run.new_count, run.bad_count) == (2, 1), problems(clerk)
    run = clerk.imports(run)
    assert (run.new_count, run.bad_count) == (2, 1), problems(clerk)
    assert problems(clerk) == [(4, "注册证号", "国械注准1", "reference_not_found")]
    with clerk.company.scope():
        units = DeviceIdentifier.objects.order_by("line_no").values_list("di", "units_per_package")
        assert list(units) == [("06901234567892", Decimal(1)), ("16901234567899", Decimal(1000))]
