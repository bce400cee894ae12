"""A buying company with a policy in force: small orders by nobody, larger ones by those above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meridian.approvals.documents import ApprovalPolicyDocument, ApprovalTaskDocument
from meridian.approvals.models import ApprovalCase, ApprovalTask
from meridian.approvals.queries import site_today
from meridian.competence.tests.factories import qualification
from meridian.items.tests.factories import approved_item
from meridian.kernel.act import open_act
from meridian.kernel.context import Actor, Source
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, RoleAssignment, User
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome
from meridian.organization.tests.factories import PASSWORD, CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder
from meridian.purchasing.tests.inbound import MAKER, PACKAGES, ROLES, Inbound

HEAD, FINANCE, MANAGER, BUYER = Role.ENTERPRISE_HEAD, Role.FINANCE_MANAGER, Role.PURCHASING_MANAGER, Role.BUYER
POSTS = (*ROLES, HEAD, Role.SYSTEM_ADMIN, Role.SALES_MANAGER)

Line = Mapping[str, Any]
FREE: Line = {"amount_over": "0", "amount_to": "50000", "rule": "nobody"}
MIDDLE: Line = {"amount_over": "50000", "amount_to": "100000", "rule": "all", "role": "purchasing_manager"}
LARGE: list[Line] = [
    {"amount_over": "100000", "step": 1, "rule": "all", "role": "finance_manager"},
    {"amount_over": "100000", "step": 2, "rule": "all", "role": "enterprise_head"},
]
BANDS: Sequence[Line] = (FREE, MIDDLE, *LARGE)
"""To 50,000 nobody; to 100,000 the purchasing manager; above finance, then the head of the enterprise."""


@dataclass(frozen=True)
class Approving(Inbound):
    """The firm, and what waits for whom."""

    def buy(self, amount: str, role: Role = BUYER) -> UUID:
        """A draft order of this amount in one line."""
        header = {"supplier": self.supplier, "ordered_on": "2026-11-20", "promised_on": "2099-12-31"}
        lines = [{"item": self.item, "quantity": "1", "unit_price": amount}]
        return self.company.draft(PurchaseOrderDocument, header, lines, role=role).document_id

    def submit(self, order: UUID, role: Role = BUYER) -> Outcome:
        """The order is put to those who must agree."""
        return self.company.perform(PurchaseOrderDocument.submit, order, role=role)

    def release(self, order: UUID, role: Role = MANAGER) -> Outcome:
        """The order goes to the supplier."""
        return self.company.perform(PurchaseOrderDocument.release, order, role=role)

    def submitted(self, amount: str) -> UUID:
        """An order under approval."""
        order = self.buy(amount)
        self.submit(order)
        return order

    def case(self, order: UUID) -> ApprovalCase:
        """The latest case about an order."""
        with self.company.scope():
            return ApprovalCase.objects.filter(document_id=order).latest("pk")

    def tasks(self, order: UUID) -> list[ApprovalTask]:
        """What is asked about an order, in order."""
        with self.company.scope():
            return list(ApprovalTask.objects.filter(case=self.case(order)).order_by("step", "turn", "pk"))

    def states(self, order: UUID) -> list[tuple[str, str, bool]]:
        """Post, state and turn of each task."""
        return [(task.role, task.state, task.is_open) for task in self.tasks(order)]

    def open(self, order: UUID, role: Role) -> UUID:
        """The task of a post whose turn it is."""
        [found] = [task.pk for task in self.tasks(order) if task.is_open and task.role == role]
        return found

    def agree(self, order: UUID, role: Role) -> Outcome:
        """The holder of a post agrees."""
        return self.company.perform(ApprovalTaskDocument.agree, self.open(order, role), role=role)

    def name_next(self, task: UUID, role: Role, person: Actor) -> None:
        """Says to whom a task goes next."""
        fields = {"next_username": username(self.company, person)}
        self.company.draft(ApprovalTaskDocument, fields, role=role, document_id=task)

    def state(self, order: UUID) -> str:
        """Where an order stands."""
        with self.company.scope():
            return PurchaseOrder.objects.get(pk=order).state

    def refused(self, document: UUID) -> list[str]:
        """The codes recorded against a document."""
        with self.company.scope():
            rows = RefusalRecord.objects.filter(document_id=document).order_by("at")
            return list(rows.values_list("code", flat=True))


def put_into_force(
    company: CompanyForTests, lines: Sequence[Mapping[str, Any]] = BANDS, *, day: str = "", **fields: Any
) -> UUID:
    """A policy for releasing purchase orders, checked and in force from today unless told otherwise."""
    made = draft_policy(company, lines, day=day, **fields)
    company.perform(ApprovalPolicyDocument.check, made, role=Role.SYSTEM_ADMIN)
    company.perform(ApprovalPolicyDocument.put_into_force, made, role=HEAD)
    return made


def draft_policy(
    company: CompanyForTests, lines: Sequence[Mapping[str, Any]] = BANDS, *, day: str = "", **fields: Any
) -> UUID:
    """A policy nobody has signed."""
    header = {"name": "采购订单审批", "subject": "purchase_order.release", "split_days": 7,
              "effective_from": day or str(site_today()), **fields}  # fmt: skip
    return company.draft(ApprovalPolicyDocument, header, lines, role=Role.SYSTEM_ADMIN).document_id


def new_approving(lines: Sequence[Mapping[str, Any]] | None = BANDS, **fields: Any) -> Approving:
    """Sets the company up, with a policy in force unless `lines` is None."""
    company = new_company(POSTS)
    supplier = approved_supplier(company)
    product: dict[str, Any] = {"identifiers": PACKAGES, **MAKER}
    item = approved_item(company, **product)
    qualification(company, company.actors[Role.INSPECTOR].user_id)
    if lines is not None:
        put_into_force(company, lines, **fields)
    return Approving(company, supplier, item)


def codes(refused: Refused) -> list[str]:
    """The codes of all findings of a refusal."""
    return [finding.code for finding in refused.findings]


def another(company: CompanyForTests, role: Role, name: str = "第二人") -> Actor:
    """One more person who holds a post in the whole company."""
    user = User(username=f"{role.value}-{uuid7().hex[-12:]}", name=name, company_id=company.company_id)
    user.set_password(PASSWORD)
    with open_act(company.set_up.system) as act:
        user.save(force_insert=True)
        post = RoleRow.objects.get(code=role.value)
        RoleAssignment(user_id=user.pk, role=post, valid_from=act.instant).save(force_insert=True)
    return Actor(user.pk, user.name, company.company_id, Source.PAGE)


def username(company: CompanyForTests, person: Actor) -> str:
    """A person's sign-in name."""
    with company.scope():
        return User.objects.get(pk=person.user_id).username
