"""Columns every document and every line of a document has."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import CompanyModel, Evidence


class Document(CompanyModel):
    """The common header. Only the engine assigns `state`; the database refuses a change without its trail row."""

    evidence = Evidence.GOVERNED

    number = models.CharField(_("单号"), max_length=40)
    state = models.CharField(_("状态"), max_length=32)
    version = models.PositiveIntegerField(_("版次"), default=1)
    site_id = models.UUIDField(_("场所"), help_text=_("单据所属场所；其时区决定单据的日期。"))
    created_at = models.DateTimeField(_("创建时间"))
    created_by_id = models.UUIDField(_("创建人"))
    created_by_name = models.CharField(_("创建人"), max_length=80)
    retention_class = models.CharField(_("保存类别"), max_length=8)
    keep_until = models.DateField(_("保存至"), null=True, help_text=_("为空表示永久保存。"))

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.number


SYSTEM_COLUMNS = frozenset(
    {
        "id", "company_id", "number", "state", "version", "site_id", "created_at", "created_by_id", "created_by_name",
        "retention_class", "keep_until",
    }
)  # fmt: skip
"""Columns of the header that the engine writes; never accepted from a payload."""


class DocumentLine(CompanyModel):
    """The common columns of a line; concrete lines add `document`, a CompanyForeignKey to their header."""

    evidence = Evidence.GOVERNED
    trail_as_set = True

    line_no = models.PositiveIntegerField(_("行号"))

    class Meta:
        abstract = True
        base_manager_name = "objects"
