"""What the screens are told by the floors above them: sites, the company's name, the names of posts."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.exchange.pages.taking import offers as imports_offered
from meridian.exchange.pages.taking import resumed_at
from meridian.inventory.lot_file import LotPart, provide_lot_parts
from meridian.inventory.vocabulary import READ_STOCK, READ_TRACE
from meridian.items.pages import known_of_loading
from meridian.kernel.context import current_company_id
from meridian.labels.documents import LabelJobDocument
from meridian.labels.pages.lot_part import printed
from meridian.labels.pages.printing import URL as LABELS_URL
from meridian.labels.pages.printing import offers as label_offers
from meridian.labels.pages.printing import place_labels_offered
from meridian.ledger.vocabulary import READ_BOOK
from meridian.organization import queries
from meridian.organization.vocabulary import Role
from meridian.platform.screens.derive.provided import ExtraLeaf, Provided, SiteChoice, provide
from meridian.platform.screens.view import Text
from meridian.purchasing.pages.comparison import offers as comparison_offered
from meridian.purchasing.pages.progress import known_of_arrival
from meridian.scanning.pages.lot_part import scans
from meridian.scanning.pages.records import offers as scans_offered
from meridian.site.languages.form_labels import translated_labels
from meridian.site.operations.evidence import READERS, URL, proof
from meridian.site.operations.pages import WATCHERS
from meridian.site.people.simulation import offers as simulations_offered
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.pages.lot_part import temperatures
from meridian.warehouse.pages.transit import known_of_way
from meridian.warehouse.pages.transit import offers as logs_offered
from meridian.workspace.messages import unread_count
from meridian.workspace.offers import provide_knowledge, provide_list_offers, provide_offers

EXTRA_LEAVES: list[ExtraLeaf] = [
    ExtraLeaf(area="warehouse", label=_("扫码作业"), url="/scan", permission=READ_STOCK.code, icon="scan"),
    ExtraLeaf(area="warehouse", label=_("库存台账"), url="/inventory/stock", permission=READ_STOCK.code),
    ExtraLeaf(area="warehouse", label=_("标签打印"), url=LABELS_URL, permission=LabelJobDocument.print.permission),
    ExtraLeaf(area="finance", label=_("记账凭证"), url="/ledger/vouchers", permission=READ_BOOK.code),
    ExtraLeaf(area="finance", label=_("科目余额表"), url="/ledger/trial-balance", permission=READ_BOOK.code),
    ExtraLeaf(area="trace", label=_("正反向追溯"), url="/trace", permission=READ_TRACE.code),
    ExtraLeaf(area="compliance", label=_("证据封存"), url=URL, posts=READERS),
    ExtraLeaf(area="masters", label=_("数据字典"), url="/dictionary/"),
    ExtraLeaf(area="system", label=_("参数"), url="/settings/", permission="parameters.read_parameter_change"),
    ExtraLeaf(area="system", label=_("人员"), url="/people/", permission="accounts.read_access_change"),
    ExtraLeaf(area="system", label=_("岗位与权限"), url="/roles/", permission="accounts.read_access_change"),
    ExtraLeaf(area="system", label=_("职责模拟"), url="/people/simulate", permission="accounts.read_access_change"),
    ExtraLeaf(area="system", label=_("后台任务"), url="/system/jobs", posts=WATCHERS),
    ExtraLeaf(area="system", label=_("备份与恢复"), url="/system/backups", posts=WATCHERS),
]
"""Pages that are no document list."""

LOT_PARTS: list[LotPart] = [
    LotPart("labels", _("标签"), printed, LabelJobDocument.permission("read")),
    LotPart("scans", _("扫码"), scans),
    LotPart("temperatures", _("温度"), temperatures, GoodsReceiptDocument.permission("read")),
]
"""Tabs of the lot page that modules above the stock book fill."""

_names: dict[UUID, str] = {}


def provide_screens() -> None:
    """Hands everything to the screens; called once when Django is ready."""
    provide_offers(
        [scans_offered, logs_offered, place_labels_offered, simulations_offered, comparison_offered, resumed_at]
    )
    provide_list_offers([imports_offered])
    provide_knowledge([known_of_way, known_of_loading, known_of_arrival])
    provide_lot_parts(LOT_PARTS)
    provide(
        Provided(
            sites=site_choices,
            company_name=company_name,
            role_label=role_label,
            extra_leaves=EXTRA_LEAVES,
            proof=proof,
            form_labels=translated_labels,
            unread=unread_count,
            offers=label_offers,
        ),
    )


def site_choices() -> list[SiteChoice]:
    """The sites of the company in scope, by code."""
    return [SiteChoice(id=site.pk, label=f"{site.code} {site.name}") for site in queries.sites()]


def company_name() -> str:
    """The name of the company in scope. Remembered: renaming a company is an event that restarts the service."""
    company_id = current_company_id()
    if company_id not in _names:
        _names[company_id] = queries.company_in_scope().name
    return _names[company_id]


def role_label(code: str) -> Text:
    """A post in words; a code this release does not know is shown as it is."""
    return Role(code).label if code in Role.values else code
