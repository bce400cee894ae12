"""Tables of imports: the run and what it made are evidence; progress and problems are made anew from the file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.exchange.vocabulary import Act, Choice, Policy, WorkKind
from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence


class ImportRun(Document):
    """One file on its way into one kind of record. The file itself is the run's attachment."""

    target = models.CharField(_("单据类型"), max_length=48)
    """The document type's code."""
    target_name = models.CharField(_("导入对象"), max_length=80, blank=True)
    file_name = models.CharField(_("文件"), max_length=160)
    file_sha256 = models.CharField(_("文件摘要"), max_length=64)
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    heading_row = models.PositiveIntegerField(_("标题行"), default=1)
    mapping = models.JSONField(_("列对应"), default=dict)
    """Column of the file from 0, as text → the record's column; columns that are left out are not imported."""
    fixes = models.JSONField(_("更正"), default=dict)
    """`"<row>:<column>"` → the text that takes the cell's place."""
    policy = models.CharField(_("已有记录"), max_length=8, choices=Policy.choices, default=Policy.NEW)
    choice = models.CharField(_("错误处理"), max_length=16, choices=Choice.choices, default=Choice.GOOD_ROWS)
    checked_hash = models.CharField(_("校验摘要"), max_length=64, blank=True)
    """Of file, mapping, fixes and policy as they were checked; another one now means: check again."""
    row_count = models.PositiveIntegerField(_("数据行"), default=0)
    new_count = models.PositiveIntegerField(_("新建"), default=0)
    update_count = models.PositiveIntegerField(_("更新"), default=0)
    same_count = models.PositiveIntegerField(_("重复"), default=0)
    """Rows whose record exists and stays as it is."""
    bad_count = models.PositiveIntegerField(_("错误"), default=0)
    """Rows that are not imported because something is wrong with their record."""
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        db_table = "exchange_import_run"
        base_manager_name = "objects"
        verbose_name = _("导入")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="import_run_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="import_run_latest"),
            models.Index(fields=["file_sha256", "target"], name="import_run_file"),
        ]


class ImportedRecord(CompanyModel):
    """A record that a run made or changed: with the version it then had, and what stood there before."""

    evidence = Evidence.GOVERNED
    trail_as_set = True

    document = CompanyForeignKey(ImportRun, verbose_name=_("导入"))
    row_no = models.PositiveIntegerField(_("行号"))
    """The record's first row in the file."""
    rows_in_file = models.PositiveIntegerField(_("行数"), default=1)
    record_type = models.CharField(_("单据类型"), max_length=48)
    record_table = models.CharField(max_length=63)
    record_id = models.UUIDField(_("单据"))
    record_number = models.CharField(_("单号"), max_length=40)
    act = models.CharField(_("结果"), max_length=8, choices=Act.choices)
    version = models.PositiveIntegerField(_("版次"))
    before = models.TextField(blank=True)
    """JSON. Of an update: the columns that changed, as they were, and the lines if any line changed."""

    class Meta:
        db_table = "exchange_imported_record"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["document", "row_no", "company_id"], name="imported_record_row"),
        ]
        indexes = [models.Index(fields=["record_id"], name="imported_record")]


class ImportWork(CompanyModel):
    """What the worker has to do with a run, and how far it is, by the database's own clock; deleted when done."""

    evidence = Evidence.LOCAL

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待中")
        RUNNING = "running", _("进行中")
        FAILED = "failed", _("失败")

    run_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=WorkKind.choices)
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=80)
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_import_work"
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["run_id", "company_id"], name="import_work_one")]


class ImportProblem(CompanyModel):
    """One thing wrong with one row, as the last check found it, in the words of who asked for it."""

    evidence = Evidence.LOCAL

    run_id = models.UUIDField()
    row_no = models.PositiveIntegerField(_("行号"))
    column_no = models.IntegerField()
    """Of the file, from 0; -1 for what concerns the whole row or a column the file does not have."""
    heading = models.CharField(_("列"), max_length=120, blank=True)
    path = models.CharField(max_length=80, blank=True)
    """The record's column."""
    value = models.CharField(_("值"), max_length=200, blank=True)
    code = models.CharField(_("规则"), max_length=80)
    reason = models.TextField(_("原因"))
    suggestion = models.TextField(_("建议"), blank=True)
    cause = models.CharField(max_length=64)
    """The same for problems of one column with one reason."""

    class Meta:
        db_table = "exchange_import_problem"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["run_id", "row_no"], name="import_problem_row")]


class KeptMapping(CompanyModel):
    """How a person matched headings to columns of one kind of record, latest first choice the next time."""

    evidence = Evidence.LOCAL

    owner_id = models.UUIDField()
    target = models.CharField(max_length=48)
    headings = models.JSONField(default=dict)
    """Heading as compared → the record's column, empty for one that is left out."""

    class Meta:
        db_table = "exchange_kept_mapping"
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["owner_id", "target", "company_id"], name="kept_mapping_one")]
