"""Gates about suppliers and customers: approved, papers valid, scope covers the goods. Nothing waives them."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from django.utils.text import format_lazy

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, message
from meridian.organization.rules import Device, scope_covers
from meridian.organization.vocabulary import WHOLESALE_MODES, DeviceClass, LicenceKind, Role
from meridian.parties.models import Customer, Licence, Supplier
from meridian.parties.queries import CustomerVerdict, Paper, PartyVerdict, SupplierVerdict
from meridian.parties.vocabulary import CustomerKind, SupplierKind


class DeviceOnLine(Device, Protocol):
    """A product a line names."""

    @property
    def number(self) -> str: ...
    @property
    def device_name(self) -> str: ...


class DeviceLine(Protocol):
    """A line that names a product."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def item(self) -> DeviceOnLine: ...


class FromSupplier(Protocol):
    """Any document about one supplier."""

    @property
    def supplier(self) -> SupplierVerdict: ...


class BuysDevices(FromSupplier, Protocol):
    """Any document that buys products."""

    @property
    def lines(self) -> Sequence[DeviceLine]: ...


class ToCustomer(Protocol):
    """Any document about one customer."""

    @property
    def customer(self) -> CustomerVerdict: ...


class SellsDevices(ToCustomer, Protocol):
    """Any document that sells products."""

    @property
    def lines(self) -> Sequence[DeviceLine]: ...


class OneLicence(Protocol):
    """A licence's own file."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def scope_parts(self) -> int: ...


CLASSES_OF_PAPER: Mapping[str, frozenset[str]] = {
    LicenceKind.PRODUCTION_LICENSE.value: frozenset({DeviceClass.II.value, DeviceClass.III.value}),
    LicenceKind.PRODUCTION_FILING.value: frozenset({DeviceClass.I.value}),
    LicenceKind.DEALING_LICENSE.value: frozenset({DeviceClass.III.value}),
    LicenceKind.DEALING_FILING.value: frozenset({DeviceClass.II.value}),
    LicenceKind.PRACTICE_LICENSE.value: frozenset(DeviceClass.values),
    LicenceKind.PURPOSE_PROOF.value: frozenset(DeviceClass.values),
}
"""The device classes a paper can cover whatever its scope says (Order 739 Art 30–32, 41–42)."""

PRODUCTION = (LicenceKind.PRODUCTION_LICENSE.value, LicenceKind.PRODUCTION_FILING.value)
DEALING = (LicenceKind.DEALING_LICENSE.value, LicenceKind.DEALING_FILING.value)

REQUIRED_PAPERS: Mapping[str, Sequence[Sequence[str]]] = {
    SupplierKind.MAKER.value: ((LicenceKind.BUSINESS_LICENSE.value,), PRODUCTION),
    SupplierKind.DEALER.value: ((LicenceKind.BUSINESS_LICENSE.value,),),
    CustomerKind.USER_INSTITUTION.value: ((LicenceKind.PRACTICE_LICENSE.value,),),
    CustomerKind.OTHER_NEED.value: ((LicenceKind.PURPOSE_PROOF.value,),),
}
"""By kind of party, the papers that must be on file: one of each group. A dealer in class I needs no more than its
business licence (Order 739 Art 41–42); for classes II and III the scope gate asks for the dealing paper."""

SCOPE_PAPERS: Mapping[str, Sequence[str]] = {
    SupplierKind.MAKER.value: PRODUCTION,
    SupplierKind.DEALER.value: DEALING,
    CustomerKind.USER_INSTITUTION.value: (LicenceKind.PRACTICE_LICENSE.value,),
    CustomerKind.OTHER_NEED.value: (LicenceKind.PURPOSE_PROOF.value,),
}
"""By kind of party, the papers whose scope says which devices it may make, sell or use."""


def _not_approved(party: PartyVerdict, document_type: str, evidence: Message) -> Breach:
    remedy = Remedy(label="打开档案", document_type=document_type, document_id=party.id)
    return Breach(evidence=evidence, subject_id=party.id, remedy=remedy, owner=Role.QUALITY_HEAD)


@gate(
    law="G01",
    blocks="供货者未经质量审核批准 · supplier not approved",
    locks=[Supplier],
    aliases=["SUPPLIER_NOT_QUALIFIED"],
)
def supplier_qualified(facts: FromSupplier, moment: Moment) -> Sequence[Breach]:
    """Quality approved the supplier before this moment, has not suspended it, and no review is overdue (GSP 53)."""
    party = facts.supplier
    if not party.approved_at_instant(moment.instant):
        return [_not_approved(party, "supplier", message("供货者 {name} 未经质量批准或已停用。", name=party.name))]
    return _review_overdue(party, "supplier_qualification", moment)


@gate(
    law="G27",
    blocks="购货者未经质量审核批准 · customer not approved",
    locks=[Customer],
    aliases=["CUSTOMER_NOT_QUALIFIED"],
)
def customer_qualified(facts: ToCustomer, moment: Moment) -> Sequence[Breach]:
    """Quality approved the customer before this moment, has not suspended it, and no review is overdue (GSP 82)."""
    party = facts.customer
    if not party.approved_at_instant(moment.instant):
        return [_not_approved(party, "customer", message("购货者 {name} 未经质量批准或已停用。", name=party.name))]
    return _review_overdue(party, "customer_qualification", moment)


def _review_overdue(party: PartyVerdict, file_type: str, moment: Moment) -> list[Breach]:
    if not party.review_overdue(moment.site_day):
        return []
    evidence = message(
        "{name} 应于 {day} 前复审，复审通过前不再合格。", name=party.name, day=party.review_due_on or "—"
    )
    remedy = Remedy(label="发起复审", document_type=file_type)
    return [Breach(evidence=evidence, subject_id=party.id, remedy=remedy, owner=Role.QUALITY_STAFF)]


class RestsOnFile(Protocol):
    """A master that is approved by a file of its own: first-time approval or review."""

    @property
    def proposed_file_id(self) -> UUID | None: ...
    @property
    def file_type(self) -> str: ...


@gate(
    law="GSP-53",
    blocks="没有审核单不能批准 · no approval without its reviewed file",
    aliases=["APPROVAL_FILE_MISSING"],
)
def approved_by_its_file(facts: RestsOnFile, moment: Moment) -> Sequence[Breach]:
    """A master is approved by the approval of its file alone, checked by two persons (GSP Art 53, 54, 82)."""
    del moment
    if facts.proposed_file_id is not None:
        return []
    remedy = Remedy(label="发起首营审核", document_type=facts.file_type)
    return [Breach(message("批准由审核单作出：提交资料，经质管员审核、质量负责人批准后自动生效。"), remedy=remedy)]


@gate(
    law="G02",
    blocks="供货者证照过期或缺失 · supplier paper expired or missing",
    locks=[Supplier, Licence],
    aliases=["SUPPLIER_CERT_EXPIRED"],
)
def supplier_papers_valid(facts: FromSupplier, moment: Moment) -> Sequence[Breach]:
    """Every paper the supplier must have is valid on the day, its last day included (GSP Art 51(4)(5), 53)."""
    return _paper_breaches(facts.supplier, moment)


@gate(
    law="G28",
    blocks="购货者证照过期或缺失 · customer paper expired or missing",
    locks=[Customer, Licence],
    aliases=["CUSTOMER_CERT_EXPIRED"],
)
def customer_papers_valid(facts: ToCustomer, moment: Moment) -> Sequence[Breach]:
    """Every paper the customer must have is valid on the day, its last day included (GSP Art 82)."""
    return _paper_breaches(facts.customer, moment)


def _paper_breaches(party: PartyVerdict, moment: Moment) -> list[Breach]:
    """Missing papers, and kinds on file of which no paper is valid: a firm that gave one up has it withdrawn."""
    on_file: dict[str, list[Paper]] = {}
    for paper in party.papers:
        on_file.setdefault(paper.kind, []).append(paper)
    breaches = []
    for group in REQUIRED_PAPERS[party.kind]:
        if not any(kind in on_file for kind in group):
            names = format_lazy(" / ".join(["{}"] * len(group)), *(LicenceKind(kind).label for kind in group))
            evidence = message("{party} 没有登记{paper}。", party=party.name, paper=names)
            breaches.append(_paper_breach(evidence, party.id))
    for kind, papers in on_file.items():
        if any(paper.valid_on(moment.site_day) for paper in papers):
            continue
        latest = max(papers, key=lambda paper: paper.valid_from)
        name = LicenceKind(kind).label
        if latest.valid_from > moment.site_day:
            evidence = message("{party} 的{paper} {no} 自 {day} 起才生效。", party=party.name, paper=name,
                               no=latest.licence_no, day=latest.valid_from)  # fmt: skip
        else:
            evidence = message("{party} 的{paper} {no} 已于 {day} 到期。", party=party.name, paper=name,
                               no=latest.licence_no, day=latest.valid_until)  # fmt: skip
        breaches.append(_paper_breach(evidence, latest.id))
    return breaches


def _paper_breach(evidence: Message, subject_id: UUID) -> Breach:
    remedy = Remedy(label="登记新证照", document_type="licence")
    return Breach(evidence=evidence, subject_id=subject_id, remedy=remedy, owner=Role.QUALITY_STAFF)


@gate(
    law="G03",
    blocks="产品超出供货者许可范围或方式 · product outside the supplier's licensed scope or mode",
    locks=[Supplier, Licence],
    aliases=["SUPPLIER_SCOPE_EXCEEDED"],
)
def supplier_scope_covers_item(facts: BuysDevices, moment: Moment) -> Sequence[Breach]:
    """A valid paper of the supplier covers every product, and a dealer's paper allows wholesale (GSP Art 51(4))."""
    party = facts.supplier
    papers = [
        paper
        for paper in _valid_scope_papers(party, moment)
        if paper.kind not in DEALING or paper.mode in WHOLESALE_MODES
    ]
    return _scope_breaches(party, papers, facts.lines)


@gate(
    law="G29",
    blocks="产品超出购货者经营范围或诊疗科目 · product outside the customer's scope",
    locks=[Customer, Licence],
    aliases=["CUSTOMER_SCOPE_EXCEEDED"],
)
def customer_scope_covers_item(facts: SellsDevices, moment: Moment) -> Sequence[Breach]:
    """A valid paper of the customer covers every product sold to it (GSP Art 82)."""
    party = facts.customer
    return _scope_breaches(party, _valid_scope_papers(party, moment), facts.lines)


def _valid_scope_papers(party: PartyVerdict, moment: Moment) -> list[Paper]:
    kinds = SCOPE_PAPERS[party.kind]
    return [paper for paper in party.papers if paper.kind in kinds and paper.valid_on(moment.site_day)]


def _scope_breaches(party: PartyVerdict, papers: Sequence[Paper], lines: Sequence[DeviceLine]) -> list[Breach]:
    dealer_in_class_one = party.kind == SupplierKind.DEALER
    return [
        Breach(
            evidence=message("{item} {name}（第 {device_class} 类 {code}）不在 {party} 的有效许可范围内。",
                             item=line.item.number, name=line.item.device_name,
                             device_class=line.item.device_class, code=line.item.class_code, party=party.name),
            subject_id=line.line_id,
            remedy=Remedy(label="核对证照范围", document_type="licence"),
            owner=Role.QUALITY_STAFF,
        )
        for line in lines
        if not (dealer_in_class_one and line.item.device_class == DeviceClass.I)
        and not any(
            line.item.device_class in CLASSES_OF_PAPER[paper.kind] and scope_covers(paper.scope, line.item)
            for paper in papers
        )
    ]  # fmt: skip


@gate(
    law="GSP-53",
    blocks="证照未登记范围或经营方式 · paper without scope or mode",
    aliases=["LICENCE_FILE_INCOMPLETE"],
)
def licence_file_complete(facts: OneLicence, moment: Moment) -> Sequence[Breach]:
    """A paper that gives a scope states it, and a dealing paper states its mode (GSP Art 53, Order 54 Art 14)."""
    del moment
    breaches = []
    if facts.kind in CLASSES_OF_PAPER and not facts.scope_parts:
        breaches.append(Breach(evidence=message("请逐行登记许可范围。"), subject_id=facts.id, owner=Role.QUALITY_STAFF))
    if facts.kind in DEALING and not facts.mode:
        breaches.append(Breach(evidence=message("请登记经营方式。"), subject_id=facts.id, owner=Role.QUALITY_STAFF))
    return breaches
