"""One record of every type in every state it may stand in, made through the two doors into the stage's firm."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count, cycle
from typing import Any
from uuid import UUID

from meridian.accounts.documents import AccessChangeDocument
from meridian.alerts.tests import test_lifecycle as warned
from meridian.competence.documents import QualificationDocument
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.items.documents import CatalogueSnapshotDocument, ItemDocument, RegistrationCertificateDocument
from meridian.items.tests.factories import approved_item, certificate, draft_item, draft_snapshot, load_snapshot
from meridian.kernel.declare import DocumentType
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.registry import registry
from meridian.labels.printing import LabelOrder, print_order
from meridian.labels.vocabulary import FileFormat, LabelKind
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.vocabulary import Role
from meridian.parameters.documents import ParameterChangeDocument
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument
from meridian.parties.tests.factories import (
    approved_customer,
    approved_supplier,
    draft_customer,
    draft_supplier,
    with_papers,
)
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests import test_approval_lifecycles as agreed
from meridian.purchasing.tests import test_contracts as contracted
from meridian.purchasing.tests import test_lifecycles as bought
from meridian.purchasing.tests import test_sourcing_lifecycles as sourced
from meridian.purchasing.tests.approving import Approving
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, Inbound
from meridian.purchasing.tests.sourcing import new_sourcing
from meridian.qualification.documents import SupplierQualificationDocument
from meridian.qualification.tests.factories import supplier_file
from meridian.sales.tests import test_lifecycles as sold
from meridian.sales.tests import test_lifecycles_of_goods as carried
from meridian.warehouse.documents import GoodsReceiptDocument, QualityHoldDocument
from meridian.warehouse.tests import test_places as arranged
from meridian.warehouse.tests.lifecycles import moved
from meridian.warehouse.tests.outbound import House, LotIn
from meridian.warehouse.vocabulary import LATE_ENTRY_DAYS
from tests.browser.stage import Stage
from tests.scenarios.import_files import imports_in_each_state

Records = dict[tuple[str, str], UUID]
"""Type and state → a record."""
Makers = Mapping[str, Callable[[], UUID]]
HEAD, STAFF = Role.QUALITY_HEAD, Role.QUALITY_STAFF
PASSING = frozenset({("label_job", "draft")})
"""States that last no longer than the act that makes the record."""


@dataclass(frozen=True)
class Workshop:
    """The firm with goods of its own to make records of."""

    stage: Stage
    house: House
    inbound: Inbound
    serials: Iterator[int]

    def draft(self, declared: type[DocumentType[Any, Any]], fields: Mapping[str, Any], role: Role = STAFF) -> UUID:
        """A draft without lines."""
        return self.stage.company.draft(declared, fields, role=role).document_id

    def moved(self, make: Callable[[], UUID], *steps: tuple[Any, Role]) -> Callable[[], UUID]:
        """Makes a record and moves it on."""
        return lambda: moved(self.stage.company, make(), *steps)

    def serial(self) -> int:
        """A number nothing else of the firm has."""
        return next(self.serials)


def workshop(stage: Stage) -> Workshop:
    """Goods and a supplier for records; the inspector of the dock is qualified."""
    company = stage.company
    fields: dict[str, Any] = {**MAKER, "device_name": "一次性使用输液器", "model": "SYQ"}
    item = approved_item(company, registration_no="苏械注准20262140099", **fields)
    house = House(company, item, stage.house.customer)
    house.stock(LotIn("L1", "1000", date(2099, 6, 30)), LotIn("DOUBTED", "10", date(2099, 6, 30)))
    inbound = Inbound(company, stage.approved, item)
    inbound.receive(inbound.receipt(inbound.order("500"), [inbound.line("500", lot_no="RETURNED")]))
    return Workshop(stage, house, inbound, count(8_000))


def _parties(shop: Workshop) -> dict[str, Makers]:
    company = shop.stage.company

    def states(declared: Any, draft: Any, approved: Any) -> Makers:
        suspend = (declared.suspend, HEAD)
        return {
            "draft": lambda: draft(company, shop.serial()),
            "approved": lambda: approved(company, shop.serial()),
            "suspended": shop.moved(lambda: approved(company, shop.serial()), suspend),
        }

    return {
        "supplier": states(SupplierDocument, draft_supplier, approved_supplier),
        "customer": states(CustomerDocument, draft_customer, approved_customer),
    }


def _files(shop: Workshop) -> dict[str, Makers]:
    company, buyer = shop.stage.company, Role.BUYER

    def states(declared: Any, make: Callable[[], UUID]) -> Makers:
        submit, review = (declared.submit, buyer), (declared.review, STAFF)
        return {
            "draft": make,
            "submitted": shop.moved(make, submit),
            "reviewed": shop.moved(make, submit, review),
            "approved": shop.moved(make, submit, review, (declared.approve, HEAD)),
            "returned": shop.moved(make, submit, (declared.send_back, STAFF)),
            "rejected": shop.moved(make, submit, (declared.reject, STAFF)),
            "voided": shop.moved(make, (declared.void, buyer)),
        }

    supplier = lambda: supplier_file(company, with_papers(company, draft_supplier(company, shop.serial())))  # noqa: E731
    return {"supplier_qualification": states(SupplierQualificationDocument, supplier)}


def _papers(shop: Workshop) -> dict[str, Makers]:
    company = shop.stage.company
    person = company.actors[Role.KEEPER].user_id

    def states(declared: Any, fields: Mapping[str, Any], end: str = "withdraw") -> Makers:
        draft = partial(shop.draft, declared, fields)
        ended = str(declared.transitions[end].target)
        return {
            "draft": draft,
            "in_force": shop.moved(draft, (declared.put_into_force, STAFF)),
            ended: shop.moved(draft, (declared.transitions[end], STAFF)),
        }

    valid = {"valid_from": "2020-01-01"}
    paper = {"kind": "business_license", "licence_no": "YY-1", **valid}
    registration = lambda: certificate(company, f"苏械注准2026214{shop.serial()}")  # noqa: E731
    fresh = lambda: shop.draft(RegistrationCertificateDocument, {  # noqa: E731
        "registration_no": f"苏械注准2026214{shop.serial()}", "registrant_name": "江南示范医疗科技有限公司",
        "device_class": "II", "valid_from": "2022-01-01", "valid_until": "2099-12-31"})  # fmt: skip
    return {
        "licence": states(LicenceDocument, {"supplier": shop.stage.without_papers, **paper}),
        "own_licence": states(OwnLicenceDocument, {**paper, "valid_until": "2099-12-31"}),
        "qualification": states(
            QualificationDocument, {"person_id": person, "kind": "acceptance", "basis": "岗前培训考核合格", **valid}
        ),
        "registration_certificate": {
            "draft": fresh,
            "in_force": registration,
            "cancelled": shop.moved(registration, (RegistrationCertificateDocument.cancel, STAFF)),
        },
    }


def _masters(shop: Workshop) -> dict[str, Makers]:
    company, of_item, of_catalogue = shop.stage.company, ItemDocument, CatalogueSnapshotDocument
    approved = lambda: approved_item(company, registration_no=f"苏械注准2026214{shop.serial()}")  # noqa: E731
    return {
        "item": {
            "draft": lambda: draft_item(company),
            "approved": approved,
            "suspended": shop.moved(approved, (of_item.suspend, HEAD)),
            "retired": shop.moved(approved, (of_item.retire, HEAD)),
        },
        "catalogue_snapshot": {
            "draft": lambda: shop.draft(of_catalogue, {"snapshot_on": "2026-01-01", "source": "UDI"}),
            "loading": shop.moved(
                lambda: draft_snapshot(company, ["09520000000011"]), (of_catalogue.load_in_background, STAFF)
            ),
            "loaded": lambda: load_snapshot(company, ["09520000000011"]),
        },
    }


def _buying(shop: Workshop) -> dict[str, Makers]:
    inbound, order = shop.inbound, PurchaseOrderDocument
    manager, of_inspection = Role.PURCHASING_MANAGER, AcceptanceInspectionDocument
    sourcing = new_sourcing(shop.stage.company, inbound.item, shop.serial())
    shop.serial(), shop.serial()

    def inspected() -> UUID:
        inspection = inbound.received("10", lot_no=f"I{shop.serial()}")
        inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"})
        inbound.conclude(inspection)
        return inspection

    draft = partial(inbound.order, "3", release=False)
    return {
        "purchase_order": {
            "draft": draft,
            "submitted": shop.moved(draft, (order.submit, Role.BUYER)),
            "released": partial(inbound.order, "3"),
            "closed": shop.moved(partial(inbound.order, "3"), (order.close, manager)),
            "voided": shop.moved(draft, (order.void, manager)),
        },
        "acceptance_inspection": {
            "pending": lambda: inbound.received("10", lot_no=f"I{shop.serial()}"),
            "inspected": inspected,
            "released": shop.moved(inspected, (of_inspection.release, HEAD)),
        },
        **{code: lifecycle.makers for code, lifecycle in bought.lifecycles(inbound).items()},
        "purchase_contract": contracted.lifecycle(inbound).makers,
        **{code: lifecycle.makers for code, lifecycle in sourced.lifecycles(sourcing).items()},
    }


def _goods(shop: Workshop) -> dict[str, Makers]:
    house, of_hold = shop.house, QualityHoldDocument
    doubted = partial(shop.draft, of_hold, {"lot": house.lots["DOUBTED"], "doubt": "外箱受潮"}, Role.KEEPER)
    hold = (of_hold.hold, Role.KEEPER)
    return {
        **{declared.code: {state: partial(make, house) for state, make in states.items()}
           for declared, states in sold.STATES.items()},
        **{code: lifecycle.makers for code, lifecycle in carried.lifecycles(house).items()},
        "quality_hold": {
            "draft": doubted,
            "lifted": shop.moved(doubted, hold, (of_hold.lift, HEAD)),
            "held": shop.moved(doubted, hold),
        },
        "label_job": {"printed": partial(_printed, shop)},
        "alert": warned.alert_makers(shop.stage.company),
        "alert_setting": warned.setting_makers(shop.stage.company),
        "place_set": arranged.makers_of_sets(house),
        "place_closure": arranged.makers_of_closures(house),
    }  # fmt: skip


def _printed(shop: Workshop) -> UUID:
    company = shop.stage.company
    order = LabelOrder(LabelKind.PLACE, {shop.house.shelf: 1}, file_format=FileFormat.ZPL)
    with company.scope():
        return print_order(order, actor=company.actors[Role.KEEPER]).outcome.document_id


def _offices(shop: Workshop) -> dict[str, Makers]:
    of_access, of_period, of_waiver = AccessChangeDocument, AccountingPeriodDocument, WaiverDocument
    months = (date(2020, 1, 1) + timedelta(days=31 * n) for n in count())
    asked = {"kind": "assign_role", "username": shop.stage.username("picker"), "role_code": "receiver",
             "scope_kind": "company", "justification": "岗位调整"}  # fmt: skip
    change = partial(shop.draft, of_access, asked, Role.SECURITY_ADMIN)
    submit, finance = (of_access.submit, Role.SECURITY_ADMIN), Role.FINANCE_MANAGER
    month = lambda: shop.draft(of_period, {"month": next(months).isoformat()}, finance)  # noqa: E731
    manager, of_figure = Role.PURCHASING_MANAGER, ParameterChangeDocument

    def figure() -> UUID:
        asked = {"parameter_code": LATE_ENTRY_DAYS.code, "value": next(figures), "justification": "核对频率提高"}
        return shop.draft(of_figure, asked, Role.SYSTEM_ADMIN)

    figures = map(str, cycle((3, 4)))

    def waiver(gate: str, subject: type[DocumentType[Any, Any]], make: Callable[[], UUID]) -> UUID:
        with shop.stage.company.scope():
            model: Any = subject.model
            number = model.objects.get(pk=make()).number
        fields = {"gate_code": gate, "subject_type": subject.code, "subject_number": number, "quantity": "5",
                  "justification": "供方随货赠送，同意接收", "ends_on": "2099-12-31"}  # fmt: skip
        return shop.draft(of_waiver, fields, manager)

    alone = partial(waiver, "quantity_within_order", GoodsReceiptDocument, lambda: bought.receipt(shop.inbound))
    by_two = partial(
        waiver, "remaining_life_meets_receipt_minimum", AcceptanceInspectionDocument,
        lambda: shop.inbound.received("10", lot_no=f"W{shop.serial()}"),
    )  # fmt: skip
    return {
        "import_run": imports_in_each_state(shop.stage.company),
        "access_change": {
            "draft": change,
            "submitted": shop.moved(change, submit),
            "effective": shop.moved(change, submit, (of_access.put_into_force, HEAD)),
            "rejected": shop.moved(change, submit, (of_access.reject, HEAD)),
        },
        "parameter_change": {
            "draft": figure,
            "submitted": shop.moved(figure, (of_figure.submit, Role.SYSTEM_ADMIN)),
            "in_force": shop.moved(figure, (of_figure.submit, Role.SYSTEM_ADMIN), (of_figure.put_into_force, HEAD)),
            "rejected": shop.moved(figure, (of_figure.submit, Role.SYSTEM_ADMIN), (of_figure.reject, HEAD)),
        },
        "accounting_period": {
            "open": month,
            "closed": shop.moved(month, (of_period.close, finance)),
            "reopening": shop.moved(month, (of_period.close, finance), (of_period.request_reopening, finance)),
        },
        "waiver": {
            "draft": alone,
            "active": shop.moved(alone, (of_waiver.sign_alone, manager)),
            "signed_once": shop.moved(by_two, (of_waiver.sign_first, manager)),
            "withdrawn": shop.moved(alone, (of_waiver.withdraw, manager)),
        },
    }


def _approvals(shop: Workshop) -> dict[str, Makers]:
    inbound = shop.inbound
    return agreed.makers(Approving(inbound.company, inbound.supplier, inbound.item))


def one_in_each_state(stage: Stage) -> Records:
    """Every type the site knows in every state that lasts."""
    shop = workshop(stage)
    made: Records = {}
    for part in (_parties, _files, _papers, _masters, _buying, _goods, _offices, _approvals):
        for code, makers in part(shop).items():
            made.update({(code, state): make() for state, make in makers.items()})
    declared = {(code, state) for code, each in registry.document_types.items() for state in each.states.values}
    missing = declared - PASSING - set(made)
    assert not missing, f"no record is made in: {sorted(missing)}"
    return made
