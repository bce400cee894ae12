"""A company that asks three suppliers what a syringe costs, for tests of requisitions, inquiries and awards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meridian.items.tests.factories import approved_item
from meridian.kernel.models import RefusalRecord
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import EVERYTHING, approved_supplier, licence
from meridian.purchasing.documents import InquiryDocument, QuotationDocument, RequisitionDocument
from meridian.purchasing.models import InquiryLine, QuotationLine
from meridian.purchasing.tests.inbound import ROLES

DEAR, EXPIRED, CHEAP = "江北医械有限公司", "江东医械有限公司", "江西医械有限公司"
PRICES: Mapping[str, str] = {DEAR: "10.00", EXPIRED: "9.50", CHEAP: "9.80"}
"""What W4's three suppliers ask for one piece; the licence of the second has run out."""
LATER = "2099-01-31"


@dataclass(frozen=True)
class Sourcing:
    """The company, what it needs and whom it may ask."""

    company: CompanyForTests
    item: UUID
    suppliers: Mapping[str, UUID]

    def requisition(self, quantity: str = "100", *, agreed: bool = True) -> UUID:
        """The keeper's requisition of one line, agreed unless told otherwise."""
        lines = [{"item": self.item, "quantity": quantity, "estimated_price": "10"}]
        header = {"needed_on": LATER, "purpose": "补充常备库存"}
        made = self.company.draft(RequisitionDocument, header, lines, role=Role.KEEPER).document_id
        if agreed:
            self.company.perform(RequisitionDocument.submit, made, role=Role.KEEPER)
            self.company.perform(RequisitionDocument.agree, made, role=Role.PURCHASING_MANAGER)
        return made

    def inquiry(self, requisition: UUID | None = None, quantity: str = "", *, invite: Sequence[str] = ()) -> UUID:
        """The buyer's draft: all that is left of a requisition, or so much; these suppliers are invited."""
        lines = [{"item": self.item, "quantity": quantity}] if quantity else None
        header = {"requisition": requisition, "answer_by": LATER, "needed_on": LATER}
        made = self.company.draft(InquiryDocument, header, lines, role=Role.BUYER).document_id
        for name in invite:
            self.invite(made, name)
        return made

    def invite(self, inquiry: UUID, name: str) -> UUID:
        """One supplier is invited: its quotation names what is asked for."""
        fields = {"inquiry": inquiry, "supplier": self.suppliers[name]}
        return self.company.draft(QuotationDocument, fields, role=Role.BUYER).document_id

    def send(self, inquiry: UUID) -> UUID:
        """The buyer sends it."""
        self.company.perform(InquiryDocument.send, inquiry, role=Role.BUYER)
        return inquiry

    def price(self, quotation: UUID, price: str, **line: Any) -> None:
        """Writes the offer down, for every line."""
        with self.company.scope():
            keys = list(QuotationLine.objects.filter(document_id=quotation).values_list("pk", flat=True))
        lines = [{"id": key, "unit_price": price, "lead_days": 7, **line} for key in keys]
        self.company.draft(QuotationDocument, {"valid_until": LATER}, lines, role=Role.BUYER, document_id=quotation)

    def offer(self, inquiry: UUID, name: str, price: str, **line: Any) -> UUID:
        """One supplier is invited and offers."""
        quotation = self.invite(inquiry, name)
        self.price(quotation, price, **line)
        self.company.perform(QuotationDocument.offer, quotation, role=Role.BUYER)
        return quotation

    def compared(self, quantity: str = "100") -> UUID:
        """An inquiry for a requisition, sent, with all three offers."""
        inquiry = self.inquiry(self.requisition(quantity))
        for name, price in PRICES.items():
            self.offer(inquiry, name, price)
        return self.send(inquiry)

    def choose(self, inquiry: UUID, name: str, reason: str = "") -> None:
        """The buyer chooses one supplier's offer for every line."""
        with self.company.scope():
            keys = list(InquiryLine.objects.filter(document_id=inquiry).values_list("pk", flat=True))
        lines = [{"id": key, "chosen_supplier": self.suppliers[name], "choice_reason": reason} for key in keys]
        self.company.draft(InquiryDocument, {}, lines, role=Role.BUYER, document_id=inquiry)

    def award(self, inquiry: UUID) -> Any:
        """The purchasing manager awards."""
        return self.company.perform(InquiryDocument.award, inquiry, role=Role.PURCHASING_MANAGER)

    def awarded(self, name: str = CHEAP) -> UUID:
        """An inquiry awarded to one supplier."""
        inquiry = self.compared()
        self.choose(inquiry, name)
        self.award(inquiry)
        return inquiry

    def refusals(self, document: UUID) -> list[str]:
        """The codes of the refusals recorded for a document, oldest first."""
        with self.company.scope():
            rows = RefusalRecord.objects.filter(document_id=document).order_by("at")
            return list(rows.values_list("code", flat=True))


def new_sourcing(company: CompanyForTests | None = None, item: UUID | None = None, serial: int = 31) -> Sourcing:
    """Three approved suppliers, of which one's production licence ran out years ago."""
    firm = company or new_company(ROLES)
    suppliers = {name: approved_supplier(firm, serial + n, name=name) for n, name in enumerate(PRICES)}
    licence(firm, {"supplier": suppliers[EXPIRED]}, "production_license", scope=EVERYTHING, valid_until="2021-12-31")
    return Sourcing(firm, item or approved_item(firm), suppliers)
