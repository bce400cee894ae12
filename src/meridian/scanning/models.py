"""The scan book: every capture as the scanner sent it, what it came to and what it added (ALCOA: the first record)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.tenancy import CompanyModel, Evidence
from meridian.kernel.values.fields import QuantityField
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict


class ScanRecord(CompanyModel):
    """One capture or one correction of it; never changed, a later row that `follows` it takes it back.

    `at` is the server's instant (UTC). `captured_at` is what the device's clock said: evidence only, nothing is decided
    by it. Quantities are base units of the item.
    """

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    task = models.CharField(_("作业"), max_length=12, choices=ScanTask.choices)
    kind = models.CharField(_("类型"), max_length=12, choices=RecordKind.choices, default=RecordKind.SCAN)
    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("单据"))
    line_id = models.UUIDField(_("单据行"), null=True)
    follows_id = models.UUIDField(_("更正的记录"), null=True)
    text = models.CharField(_("扫码原文"), max_length=SCAN_LENGTH_MAX, blank=True)
    verdict = models.CharField(_("结果"), max_length=12, choices=Verdict.choices)
    code = models.CharField(_("拒绝原因"), max_length=60, blank=True)
    told = models.JSONField(_("当时显示"), default=dict)
    """The card as plain data (`cards.as_told`): its sentences with their figures, and the words the person read."""
    added = QuantityField(_("计入数量"), default=0)
    counted = QuantityField(_("本行累计"), default=0)
    written = QuantityField(_("明细改动"), default=0)
    """How much the line's own quantity was changed: what was planned before it was scanned is counted, not written."""
    place_id = models.UUIDField(_("货位"), null=True)
    captured_at = models.DateTimeField(_("设备时间"), null=True)
    at = models.DateTimeField(_("记录时间"))
    actor_id = models.UUIDField(_("操作人"))
    actor_name = models.CharField(_("操作人"), max_length=80)

    class Meta:
        db_table = "scanning_record"
        base_manager_name = "objects"
        verbose_name = _("扫描记录")
        indexes = [models.Index(fields=["document_id", "id"], name="scan_record_document")]
