"""The purchase contract 采购合同 and blanket order 框架协议."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Related, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.contract_rules import contract_complete
from meridian.purchasing.models import PurchaseContract, PurchaseContractLine
from meridian.purchasing.queries.contracts import ContractFacts, load_contracts
from meridian.purchasing.rules import SUPPLY_GATES
from meridian.purchasing.services import contracts as services
from meridian.purchasing.vocabulary import ContractState as S

Line = PurchaseContractLine
Head = PurchaseContract


class PurchaseContractDocument(DocumentType[PurchaseContract, ContractFacts]):
    """What was agreed with a supplier; orders that name it keep to its price, days and what is left (GSP 55, 56)."""

    code = "purchase_contract"
    module = "purchasing"
    slug = "purchase-contracts"
    label = _("采购合同")
    help = _("约定价格、数量上限、有效期和质量责任；订单引用后按剩余数量控制。")
    model = PurchaseContract
    load = staticmethod(load_contracts)
    states = S
    initial = S.DRAFT
    number = Series("CGHT-{yyyy}-{seq:04}")
    drafted_by = [Role.BUYER, Role.PURCHASING_MANAGER]
    read_by = [Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD]
    editable = [
        Head.supplier, Head.kind, Head.supplier_reference, Head.signed_on, Head.valid_from, Head.valid_until,
        Head.quality_terms, Head.after_sales_terms, Head.delivery_terms, Head.payment_terms, Head.acceptance_terms,
    ]  # fmt: skip
    editable_in = [S.DRAFT]
    prepare = staticmethod(services.prepare_contract)
    lines = Lines(
        model=Line,
        editable=[Line.item, Line.quantity, Line.unit_price],
        columns=[
            (Line.item, Item.number), (Line.item, Item.device_name), (Line.item, Item.specification), Line.quantity,
            (Line.item, Item.base_unit), Line.unit_price, Line.amount, Line.called, Line.remaining,
        ],
        totals=[Line.amount],
    )  # fmt: skip
    outside_content = [Line.called, Line.remaining]
    screen = Screen(
        columns=[
            Head.number, (Head.supplier, Supplier.name), Head.kind, Head.valid_until, Head.amount,
            Head.created_by_name, Head.state,
        ],
        facts=[
            (Head.supplier, Supplier.name), Head.kind, Head.valid_from, Head.valid_until, Head.amount,
            Head.supplier_reference,
        ],
        filters=[Head.supplier, Head.valid_until],
        search=[
            Head.number, Head.supplier_reference, (Head.supplier, Supplier.name), (Head.supplier, Supplier.mnemonic),
        ],
        views=[View(_("进行中"), [S.DRAFT, S.IN_FORCE], default=True), View(_("已终止"), [S.ENDED]), View(_("全部"))],
        sections=[
            Section(_("质量与售后责任"), [Head.quality_terms, Head.after_sales_terms]),
            Section(_("交货、付款与验收"), [
                Head.delivery_terms, Head.payment_terms, Head.acceptance_terms, Head.signed_on, Head.keep_until,
            ]),
        ],
        related=[Related("purchase_order", "contract_id", upstream=False, label_when_none=_("生效后下单"))],
        tones={S.DRAFT: "neutral", S.IN_FORCE: "ok", S.ENDED: "neutral", S.VOIDED: "neutral"},
        flow=[S.DRAFT, S.IN_FORCE, S.ENDED],
    )  # fmt: skip
    retention = Retention(code="R1", anchors=services.contract_anchors)

    put_into_force = Transition[PurchaseContract, ContractFacts](
        label=_("生效"),
        source=[S.DRAFT],
        target=S.IN_FORCE,
        allowed_to=[Role.PURCHASING_MANAGER],
        gates=[document_has_lines, contract_complete, *SUPPLY_GATES],
    )
    end = Transition[PurchaseContract, ContractFacts](
        label=_("终止"),
        source=[S.IN_FORCE],
        target=S.ENDED,
        allowed_to=[Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
    )
    void = Transition[PurchaseContract, ContractFacts](
        label=_("作废"),
        source=[S.DRAFT],
        target=S.VOIDED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
        danger=True,
    )
