"""The accounting period 会计期间: closed by the finance manager, reopened only by two signatures (G68, FIN-15)."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Series, Transition, View
from meridian.ledger.models import AccountingPeriod
from meridian.ledger.queries import PeriodFacts, load_periods
from meridian.ledger.rules import ACCOUNTANT, FINANCE_MANAGER, stock_value_equals_ledger, vouchers_balanced
from meridian.ledger.services import period_anchors, prepare_period
from meridian.ledger.vocabulary import PeriodState

S = PeriodState
ENTERPRISE_HEAD = "enterprise_head"


class AccountingPeriodDocument(DocumentType[AccountingPeriod, PeriodFacts]):
    """A calendar month of the books. While it is not open, nothing is posted into it."""

    code = "accounting_period"
    module = "ledger"
    slug = "accounting-periods"
    label = _("会计期间")
    help = _("结账前核对凭证借贷与存货账实；反结账须财务主管申请、企业负责人批准。")
    model = AccountingPeriod
    load = staticmethod(load_periods)
    states = S
    initial = S.OPEN
    number = Series("KJQJ-{yyyy}-{seq:03}")
    drafted_by = (FINANCE_MANAGER, ACCOUNTANT)
    read_by = (ENTERPRISE_HEAD, "auditor")
    editable = (AccountingPeriod.month,)
    editable_in = ()
    prepare = staticmethod(prepare_period)
    retention = Retention("R5a", period_anchors)
    screen = Screen(
        columns=[AccountingPeriod.number, AccountingPeriod.month, AccountingPeriod.state],
        facts=[AccountingPeriod.month],
        filters=[AccountingPeriod.month],
        search=[AccountingPeriod.number],
        views=[View(_("全部"), default=True), View(_("未结账"), states=[S.OPEN])],
        tones={S.OPEN: "info", S.CLOSED: "ok", S.REOPENING: "warn"},
        flow=[S.OPEN, S.CLOSED],
    )

    close = Transition[AccountingPeriod, PeriodFacts](
        label=_("结账"),
        source=[S.OPEN],
        target=S.CLOSED,
        allowed_to=(FINANCE_MANAGER,),
        gates=[vouchers_balanced, stock_value_equals_ledger],
        signature=Meaning.CONFIRMED,
    )
    request_reopening = Transition[AccountingPeriod, PeriodFacts](
        label=_("申请反结账"),
        source=[S.CLOSED],
        target=S.REOPENING,
        allowed_to=(FINANCE_MANAGER,),
        signature=Meaning.CONFIRMED,
        reason_required=True,
        danger=True,
    )
    reopen = Transition[AccountingPeriod, PeriodFacts](
        label=_("批准反结账"),
        source=[S.REOPENING],
        target=S.OPEN,
        allowed_to=(ENTERPRISE_HEAD,),
        differs_from=[request_reopening],
        signature=Meaning.APPROVED,
        reason_required=True,
        danger=True,
    )
    keep_closed = Transition[AccountingPeriod, PeriodFacts](
        label=_("不予反结账"),
        source=[S.REOPENING],
        target=S.CLOSED,
        allowed_to=(ENTERPRISE_HEAD,),
        reason_required=True,
    )
