"""Tables of approval files. What they decide stands on the supplier, product or customer they are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.parties.models import Supplier
from meridian.qualification.vocabulary import Occasion, PaperKind


class ApprovalFile(Document):
    """The common columns of approval files; the applicant is who created it, the opinion is quality's at its review.

    `review_due_on` is the last day on which the approval counts.
    """

    occasion = models.CharField(_("审核类型"), max_length=8, choices=Occasion.choices)
    review_due_on = models.DateField(_("复审日期"), help_text=_("此日之后未复审，不再合格。"))
    opinion = models.TextField(_("审核意见"), blank=True, max_length=1000)
    note = models.TextField(_("申请说明"), blank=True, max_length=1000)

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.number


class PaperOnFile(DocumentLine):
    """One paper of an approval file; its scan is the attachment whose name begins with `file_name`."""

    kind = models.CharField(_("资料"), max_length=28, choices=PaperKind.choices)
    file_name = models.CharField(
        _("附件名称"), max_length=80, help_text=_("本单附件中以此名称开头的文件即为该资料的扫描件。")
    )
    paper_no = models.CharField(_("编号"), max_length=60, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    is_sealed = models.BooleanField(_("已加盖公章"), default=False)
    remark = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class SupplierQualification(ApprovalFile):
    """The approval file of a supplier 首营企业审核 (GSP Art 53)."""

    supplier = CompanyForeignKey(Supplier, verbose_name=_("供货者"))
    legal_representative = models.CharField(_("法定代表人"), max_length=80, blank=True)
    bank_details = models.CharField(_("开户与开票信息"), max_length=200, blank=True)
    site_audited = models.BooleanField(_("已现场核查"), default=False)

    class Meta:
        db_table = "qualification_supplier_qualification"
        base_manager_name = "objects"
        verbose_name = _("首营企业审核")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="supplier_qualification_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="supplier_qualification_latest"),
            models.Index(fields=["supplier", "state"], name="supplier_qualification_party"),
        ]


class SupplierQualificationPaper(PaperOnFile):
    """A paper in a supplier's approval file."""

    document = CompanyForeignKey(SupplierQualification, on_delete=models.CASCADE)

    class Meta:
        db_table = "qualification_supplier_qualification_paper"
        base_manager_name = "objects"
        verbose_name = _("首营企业资料")
        indexes = [models.Index(fields=["document", "line_no"], name="supplier_qualification_order")]
