"""A signed exception: lets one gate pass for one document, within a quantity and until a day (DESIGN law 10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models.document import Document


class Waiver(Document):
    """The exception itself. It counts only while `active` and only for a gate that declares `waivable_by`."""

    gate_code = models.CharField(_("规则"), max_length=64)
    subject_type = models.CharField(_("单据类型"), max_length=48)
    subject_id = models.UUIDField(_("单据"))
    quantity = models.DecimalField(
        _("数量上限"), max_digits=18, decimal_places=6, null=True, blank=True, help_text=_("为空表示不限数量。")
    )
    justification = models.TextField(_("理由"))
    ends_on = models.DateField(_("有效至"))

    class Meta:
        db_table = "kernel_waiver"
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="kernel_waiver_number")]
        indexes = [models.Index(fields=["subject_id", "gate_code"], name="kernel_waiver_subject")]
