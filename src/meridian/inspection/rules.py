"""Gates of the acceptance inspection."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from meridian.inspection.queries import AcceptanceLineFacts
from meridian.inspection.vocabulary import CheckResult, Conclusion
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import Message, listed, message
from meridian.organization.vocabulary import Role

CHECKS = {"appearance": _("外观"), "package": _("包装"), "label": _("标签"), "certificate": _("合格证明文件")}


class Inspected(Protocol):
    """An acceptance inspection."""

    @property
    def lines(self) -> Sequence[AcceptanceLineFacts]: ...
    @property
    def accepted_lines(self) -> Sequence[AcceptanceLineFacts]: ...


@gate(
    law="G14",
    blocks="验收记录不完整 · acceptance record incomplete",
    aliases=["ACCEPTANCE_RECORD_INCOMPLETE"],
)
def acceptance_record_complete(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """Every field of the purchase-check record is there, and what failed has matter and disposition (GSP Art 65)."""
    del moment
    return [
        Breach(evidence=problem, subject_id=line.line_id, owner=Role.INSPECTOR)
        for line in facts.lines
        for problem in _problems(line)
    ]


def _problems(line: AcceptanceLineFacts) -> list[Message]:
    lot = line.lot_no or line.serial_no
    problems = [
        message("批号 {lot}：未填写{check}检查结果。", lot=lot, check=label)
        for name, label in CHECKS.items()
        if not getattr(line, name)
    ]
    if not line.conclusion:
        problems.append(message("批号 {lot}：未填写验收结论。", lot=lot))
    counted = line.accepted_quantity + line.rejected_quantity
    if counted != line.quantity:
        problems.append(
            message("批号 {lot}：合格 {accepted} 加不合格 {rejected} 不等于到货 {quantity}。", lot=lot,
                    accepted=line.accepted_quantity, rejected=line.rejected_quantity, quantity=line.quantity)
        )  # fmt: skip
    if line.rejected_quantity > 0 and not (line.nonconformity and line.disposition):
        problems.append(message("批号 {lot}：不合格须填写不合格事项和处置措施。", lot=lot))
    return problems + _missing_master_data(line, lot)


def _missing_master_data(line: AcceptanceLineFacts, lot: str) -> list[Message]:
    item = line.item
    missing = [
        label
        for label, value in (
            (_("注册人名称"), item.registrant_name),
            (_("注册证编号"), line.registration and line.registration.registration_no),
            (_("有效期"), line.expires_on or not item.has_expiry),
            (_("型号或规格"), item.model or item.specification),
        )
        if not value
    ]
    if not missing:
        return []
    return [message("批号 {lot}：记录缺少{fields}。", lot=lot, fields=listed(missing))]


@gate(
    law="G14",
    blocks="检查不符合却判为合格 · accepted although a check failed",
    aliases=["ACCEPTANCE_CONTRADICTS_CHECKS"],
)
def conclusion_follows_checks(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """A lot is accepted whole only if every check passed, and the conclusion fits the quantities (GSP Art 64–65)."""
    del moment
    breaches = []
    for line in facts.lines:
        lot = line.lot_no or line.serial_no
        failed = [label for name, label in CHECKS.items() if getattr(line, name) == CheckResult.FAILED]
        if failed and not line.rejected_quantity:
            evidence = message("批号 {lot}：{checks}不符合，不能全部判为合格。", lot=lot, checks=listed(failed))
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.INSPECTOR))
        fitting = (
            Conclusion.REJECTED if not line.accepted_quantity
            else Conclusion.PARTLY if line.rejected_quantity else Conclusion.ACCEPTED
        )  # fmt: skip
        if line.conclusion and line.conclusion != fitting:
            evidence = message("批号 {lot}：结论应为“{fitting}”。", lot=lot, fitting=fitting.label)
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.INSPECTOR))
    return breaches


@gate(
    law="G16",
    blocks="剩余效期短于收货要求 · short-dated on receipt",
    waivable_by=[Role.PURCHASING_MANAGER, Role.QUALITY_HEAD],
    aliases=["RECEIPT_SHORT_DATED"],
)
def remaining_life_meets_receipt_minimum(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """Every lot accepted has at least the item's minimum of days left (GSP Art 57)."""
    return [
        Breach(
            evidence=message("批号 {lot} 余 {left} 天 < {wanted} 天。", lot=line.lot_no, left=left,
                             wanted=line.item.receipt_min_days),
            subject_id=line.line_id,
            owner=Role.PURCHASING_MANAGER,
            waivable_quantity=line.accepted_quantity,
        )
        for line in facts.accepted_lines
        if line.expires_on is not None
        and (left := (line.expires_on - moment.site_day).days) < line.item.receipt_min_days
    ]  # fmt: skip
