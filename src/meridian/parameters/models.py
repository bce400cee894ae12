"""Tables of parameters: what is set, and the signed changes that set it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyModel, Evidence


class ParameterChange(Document):
    """One change of one parameter, for the whole company or for one site. Values are whole numbers."""

    parameter_code = models.CharField(_("参数代码"), max_length=80)
    parameter_name = models.CharField(_("参数"), max_length=120, blank=True)
    scope_site_id = models.UUIDField(_("场所"), null=True, blank=True, help_text=_("为空表示全公司。"))
    scope_name = models.CharField(_("范围"), max_length=120, blank=True)
    value = models.IntegerField(_("新值"))
    value_before = models.IntegerField(_("原值"), null=True)
    justification = models.TextField(_("理由"), max_length=500)

    class Meta:
        db_table = "parameters_change"
        base_manager_name = "objects"
        verbose_name = _("参数变更")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="parameter_change_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="parameter_change_latest")]


class ParameterValue(CompanyModel):
    """What a parameter is set to; a parameter without a row has its default. `change_id` is the change that set it."""

    evidence = Evidence.GOVERNED

    code = models.CharField(_("参数代码"), max_length=80)
    scope_site_id = models.UUIDField(_("场所"), null=True)
    value = models.IntegerField(_("值"))
    change_id = models.UUIDField(_("变更单"))
    set_at = models.DateTimeField(_("生效时间"))
    set_by_name = models.CharField(_("签署人"), max_length=80)

    class Meta:
        db_table = "parameters_value"
        base_manager_name = "objects"
        verbose_name = _("参数值")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "scope_site_id", "company_id"], name="parameter_value_once", nulls_distinct=False
            ),
        ]
