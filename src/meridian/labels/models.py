"""Tables of labels: each print of labels with the words, symbol data and count of every label, as they were printed."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.labels.vocabulary import FileFormat, LabelKind, LabelSize, Resolution, SymbolKind


class LabelJob(Document):
    """One print of labels: who, when, what, how many, and the hash of the file that was handed out."""

    kind = models.CharField(_("标签种类"), max_length=12, choices=LabelKind.choices)
    size = models.CharField(_("标签尺寸"), max_length=8, choices=LabelSize.choices, default=LabelSize.MEDIUM)
    resolution = models.CharField(_("分辨率"), max_length=4, choices=Resolution.choices, default=Resolution.DPI_203)
    symbol = models.CharField(_("条码"), max_length=12, choices=SymbolKind.choices, default=SymbolKind.DATA_MATRIX)
    file_format = models.CharField(_("文件格式"), max_length=4, choices=FileFormat.choices, default=FileFormat.PDF)
    source_type = models.CharField(_("来源单据类型"), max_length=48, blank=True)
    source_id = models.UUIDField(_("来源单据"), null=True, blank=True)
    source_number = models.CharField(_("来源单号"), max_length=40, blank=True)
    reprint_reason = models.CharField(_("补打原因"), max_length=200, blank=True)
    label_count = models.PositiveIntegerField(_("标签张数"), default=0)
    printed_by_name = models.CharField(_("打印人"), max_length=80, blank=True)
    printed_at = models.DateTimeField(_("打印时间"), null=True)
    file_sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "labels_label_job"
        base_manager_name = "objects"
        verbose_name = _("标签打印")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="label_job_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="label_job_latest")]


class LabelLine(DocumentLine):
    """The labels of one thing, all alike. `reprint_no` counts the prints of that thing before this one."""

    document = CompanyForeignKey(LabelJob, on_delete=models.CASCADE)
    subject_id = models.UUIDField(_("标签对象"))
    lot = CompanyForeignKey("inventory.Lot", null=True, blank=True, db_index=False, verbose_name=_("批号"))
    title = models.CharField(_("名称"), max_length=160, blank=True)
    code = models.CharField(_("编号"), max_length=80, blank=True)
    model = models.CharField(_("型号"), max_length=120, blank=True)
    specification = models.CharField(_("规格"), max_length=160, blank=True)
    registration_no = models.CharField(_("注册证编号/备案编号"), max_length=60, blank=True)
    lot_no = models.CharField(_("生产批号"), max_length=40, blank=True)
    serial_no = models.CharField(_("序列号"), max_length=40, blank=True)
    sterilization_lot_no = models.CharField(_("灭菌批号"), max_length=40, blank=True)
    manufactured_on = models.DateField(_("生产日期"), null=True)
    expires_on = models.DateField(_("有效期至"), null=True)
    storage_condition = models.CharField(_("贮存条件"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    content = models.CharField(_("条码内容"), max_length=200, blank=True)
    is_gs1 = models.BooleanField(_("GS1 编码"), default=False)
    content_fault = models.CharField(_("条码错误"), max_length=60, blank=True)
    copies = models.PositiveIntegerField(_("张数"), validators=[MinValueValidator(1)])
    reprint_no = models.PositiveIntegerField(_("补打次数"), default=0)

    class Meta:
        db_table = "labels_label_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(copies__gt=0), name="label_line_copies")]
        indexes = [
            models.Index(fields=["document", "line_no"], name="label_line_order"),
            models.Index(fields=["subject_id"], name="label_line_subject"),
        ]
