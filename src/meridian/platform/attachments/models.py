"""Which file belongs to which document."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import CompanyModel, Evidence


class Attachment(CompanyModel):
    """A file of a document. The database lets nothing of it change but the withdrawal, and deletes none."""

    evidence = Evidence.GOVERNED

    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    name = models.CharField(_("附件"), max_length=160)
    size = models.PositiveIntegerField(_("大小"))
    """Bytes."""
    sha256 = models.CharField(_("摘要"), max_length=64)
    """The file's name in the store, 64 lower-case hexadecimal digits."""
    after_signing = models.BooleanField(_("签署后补充"))
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField()
    created_by_name = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=80, blank=True)
    withdraw_reason = models.CharField(_("撤回原因"), max_length=500, blank=True)

    class Meta:
        db_table = "attachments_attachment"
        base_manager_name = "objects"
        verbose_name = _("附件")
        indexes = [models.Index(fields=["document_id"], name="attachment_document")]

    def __str__(self) -> str:
        return self.name
