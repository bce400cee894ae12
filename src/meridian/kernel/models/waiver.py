"""A signed exception: lets one gate pass for one document, within a quantity and until a day (DESIGN law 10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.gates import all_gates
from meridian.kernel.messages import Text
from meridian.kernel.models.document import Document
from meridian.kernel.registry import registry


def waivable_rules() -> list[tuple[str, Text]]:
    """The rules that name who may let them pass, in words."""
    return [(rule.code, _(rule.code)) for rule in all_gates().values() if rule.waivable_by]


def waivable_types() -> list[tuple[str, Text]]:
    """The types of document that such a rule is asked of."""
    rules = {code for code, _label in waivable_rules()}
    return [(declared.code, declared.label) for declared in registry.document_types.values()
            if any(gate.code in rules for step in declared.transitions.values() for gate in registry.gates_of(step))
    ]  # fmt: skip


class Waiver(Document):
    """The exception itself. It counts only while `active` and only for a gate that declares `waivable_by`."""

    gate_code = models.CharField(_("规则"), max_length=64, choices=waivable_rules)
    subject_type = models.CharField(_("单据类型"), max_length=48, choices=waivable_types)
    subject_number = models.CharField(_("所涉单号"), max_length=40)
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
