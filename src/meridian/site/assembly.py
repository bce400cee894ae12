"""The only upward wiring of the system: which document types there are, who reacts to whom, who provides what."""

from typing import Any

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.reauthentication import reauthenticate
from meridian.accounts.scopes import provide_scopes
from meridian.alerts.declared import provide_rules
from meridian.alerts.documents import AlertDocument, AlertSettingDocument
from meridian.approvals import reactions as approvals
from meridian.approvals.agreement import approvals as agreement
from meridian.approvals.documents import (
    AbsenceDocument,
    ApprovalCaseDocument,
    ApprovalPolicyDocument,
    ApprovalTaskDocument,
)
from meridian.approvals.known import provide_approvals
from meridian.competence.documents import QualificationDocument
from meridian.exchange.documents import ImportRunDocument
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inventory.queries import stock_value
from meridian.inventory.vocabulary import READ_STOCK, READ_TRACE
from meridian.items.documents import CatalogueSnapshotDocument, ItemDocument, RegistrationCertificateDocument
from meridian.kernel.declare import DocumentType, Right
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.registry import Guard, Providers, Reaction, assemble
from meridian.labels.documents import LabelJobDocument
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.queries import SubsidiaryBook, attach_subsidiary_book
from meridian.ledger.vocabulary import INVENTORY, READ_BOOK
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.queries import scope_names, zone_of_site
from meridian.parameters.documents import ParameterChangeDocument
from meridian.parameters.vocabulary import Parameter, provide_parameters
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument
from meridian.platform.jobs.periodic import provide_jobs
from meridian.purchasing import reactions as purchasing
from meridian.purchasing.documents import (
    InquiryDocument,
    PurchaseContractDocument,
    PurchaseOrderDocument,
    QuotationDocument,
    RequisitionDocument,
)
from meridian.qualification.documents import SupplierQualificationDocument
from meridian.sales import reactions as sales
from meridian.sales.documents import SalesOrderDocument
from meridian.site.alerts import ALERT_RULES
from meridian.site.approvals import APPROVALS
from meridian.site.endpoints import provide_all_endpoints
from meridian.site.import_targets import provide_import_targets
from meridian.site.palette import provide_palette
from meridian.site.periodic_jobs import PERIODIC
from meridian.site.screens import provide_screens
from meridian.warehouse.documents import (
    CustomerReturnDocument,
    GoodsReceiptDocument,
    InternalMoveDocument,
    PlaceClosureDocument,
    PlaceSetDocument,
    PutawayDocument,
    QualityHoldDocument,
    ShipmentDocument,
    StockAdjustmentDocument,
    SupplierReturnDocument,
)
from meridian.warehouse.vocabulary import LATE_ENTRY_DAYS

DOCUMENT_TYPES: list[type[DocumentType[Any, Any]]] = [
    SupplierDocument,
    CustomerDocument,
    LicenceDocument,
    ItemDocument,
    RegistrationCertificateDocument,
    CatalogueSnapshotDocument,
    QualificationDocument,
    SupplierQualificationDocument,
    OwnLicenceDocument,
    WaiverDocument,
    AccessChangeDocument,
    ParameterChangeDocument,
    AccountingPeriodDocument,
    RequisitionDocument,
    InquiryDocument,
    QuotationDocument,
    PurchaseContractDocument,
    PurchaseOrderDocument,
    GoodsReceiptDocument,
    AcceptanceInspectionDocument,
    PutawayDocument,
    InternalMoveDocument,
    QualityHoldDocument,
    SalesOrderDocument,
    ShipmentDocument,
    StockAdjustmentDocument,
    CustomerReturnDocument,
    SupplierReturnDocument,
    PlaceSetDocument,
    PlaceClosureDocument,
    LabelJobDocument,
    ImportRunDocument,
    AlertDocument,
    AlertSettingDocument,
    ApprovalTaskDocument,
    ApprovalCaseDocument,
    ApprovalPolicyDocument,
    AbsenceDocument,
]

REACTIONS: list[Reaction] = [
    Reaction(GoodsReceiptDocument.receive, purchasing.keep_order_with_goods),
    Reaction(GoodsReceiptDocument.receive_late, purchasing.keep_order_with_goods),
    Reaction(GoodsReceiptDocument.accept_to_hold, purchasing.keep_order_with_goods),
    Reaction(ShipmentDocument.ship, sales.keep_order_with_goods),
    Reaction(ShipmentDocument.ship_late, sales.keep_order_with_goods),
    Reaction(ApprovalPolicyDocument.put_into_force, approvals.supersede_earlier),
    Reaction(ApprovalTaskDocument.agree, approvals.go_on),
    Reaction(ApprovalTaskDocument.reject, approvals.send_back),
    Reaction(ApprovalTaskDocument.transfer, approvals.hand_on),
    Reaction(ApprovalTaskDocument.delegate, approvals.ask_first),
    Reaction(ApprovalTaskDocument.add_before, approvals.ask_first),
    Reaction(ApprovalTaskDocument.add_after, approvals.ask_afterwards),
    Reaction(ApprovalTaskDocument.time_out, approvals.after_time),
    Reaction(ApprovalCaseDocument.remind, approvals.remind),
    *(Reaction(subject.submit, approvals.open_case) for subject in APPROVALS.subjects),
    *(Reaction(subject.withdraw, approvals.withdraw_case) for subject in APPROVALS.subjects),
]

GUARDS: list[Guard] = []

RIGHTS: list[Right] = [READ_STOCK, READ_TRACE, READ_BOOK]

PARAMETERS: list[Parameter] = [LATE_ENTRY_DAYS]
"""The figures a company may set."""

SUBSIDIARY_BOOKS: dict[str, SubsidiaryBook] = {INVENTORY: stock_value}
"""The book that explains each control account; the close of a month compares them."""


def assemble_site() -> None:
    """Fills the kernel's registry; called once when Django is ready."""
    assemble(
        DOCUMENT_TYPES,
        REACTIONS,
        GUARDS,
        Providers(site_zone=zone_of_site, reauthenticate=reauthenticate, approvals=agreement),
        RIGHTS,
    )
    provide_parameters(PARAMETERS)
    provide_approvals(APPROVALS)
    provide_jobs(PERIODIC)
    provide_rules(ALERT_RULES)
    provide_scopes(scope_names)
    for account, book in SUBSIDIARY_BOOKS.items():
        attach_subsidiary_book(account, book)
    provide_screens()
    provide_palette()
    provide_import_targets()
    provide_all_endpoints()
