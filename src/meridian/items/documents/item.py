"""Items."""

from django.utils.translation import gettext_lazy as _

from meridian.items import services
from meridian.items.models import DeviceIdentifier, Item, RegistrationCertificate
from meridian.items.queries import ItemFacts, load_items
from meridian.items.rules import product_file_complete
from meridian.items.vocabulary import ItemState
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
    Related,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, Role


class ItemDocument(DocumentType[Item, ItemFacts]):
    """A product with its identifiers; quality approves it before the first purchase (GSP Art 54)."""

    code = "item"
    module = "items"
    slug = "items"
    label = _("物料")
    help = _("产品档案；首次采购前由质量负责人审核批准，每级包装的产品标识逐行登记。")
    model = Item
    load = staticmethod(load_items)
    states = ItemState
    initial = ItemState.DRAFT
    number = Series("WL-{seq:06}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        Item.device_name,
        Item.model,
        Item.specification,
        Item.device_class,
        Item.class_code,
        Item.old_class_code,
        Item.is_implantable,
        Item.is_sterile,
        Item.is_ivd,
        Item.is_cold_chain,
        Item.storage_condition,
        Item.temperature_celsius_min,
        Item.temperature_celsius_max,
        Item.base_unit,
        Item.tracking,
        Item.has_expiry,
        Item.registrant_name,
        Item.contract_manufacturer_name,
        Item.production_license_no,
        Item.registration,
        Item.udi_list,
        Item.receipt_min_days,
    )
    scope = {}  # a master of the whole company
    editable_in = (ItemState.DRAFT, ItemState.SUSPENDED)
    prepare = staticmethod(services.prepare_item)
    reason_on_change = (
        Item.device_class,
        Item.class_code,
        Item.storage_condition,
        Item.temperature_celsius_min,
        Item.temperature_celsius_max,
        Item.base_unit,
        Item.tracking,
        Item.has_expiry,
        Item.registration,
    )
    outside_content = (Item.approved_at, Item.mnemonic, Item.pinyin)
    lines = Lines(
        model=DeviceIdentifier,
        editable=(
            DeviceIdentifier.di,
            DeviceIdentifier.package_level,
            DeviceIdentifier.units_per_package,
            DeviceIdentifier.is_published,
        ),
        columns=(
            DeviceIdentifier.di,
            DeviceIdentifier.package_level,
            DeviceIdentifier.units_per_package,
            DeviceIdentifier.is_published,
        ),
        label=_("产品标识"),
    )
    screen = Screen(
        columns=(
            Item.number,
            Item.device_name,
            Item.model,
            Item.specification,
            Item.device_class,
            (Item.registration, RegistrationCertificate.registration_no),
            Item.base_unit,
            Item.state,
        ),
        facts=(
            Item.device_name,
            Item.specification,
            Item.device_class,
            Item.class_code,
            (Item.registration, RegistrationCertificate.registration_no),
            Item.base_unit,
        ),
        filters=(Item.device_class, Item.is_implantable, Item.is_ivd, Item.is_cold_chain, Item.state),
        search=(
            Item.number,
            Item.device_name,
            Item.mnemonic,
            Item.model,
            Item.specification,
            (Item.registration, RegistrationCertificate.registration_no),
        ),
        views=(
            View(label=_("待批准"), states=(ItemState.DRAFT,)),
            View(label=_("已批准"), states=(ItemState.APPROVED,)),
            View(label=_("全部"), default=True),
        ),
        sections=(
            Section(
                label=_("分类与特性"),
                fields=(Item.old_class_code, Item.is_implantable, Item.is_sterile, Item.is_ivd, Item.is_cold_chain),
            ),
            Section(
                label=_("贮存与追踪"),
                fields=(
                    Item.storage_condition,
                    Item.temperature_celsius_min,
                    Item.temperature_celsius_max,
                    Item.tracking,
                    Item.has_expiry,
                    Item.udi_list,
                    Item.receipt_min_days,
                ),
            ),
            Section(
                label=_("注册与生产"),
                fields=(
                    Item.registrant_name,
                    Item.contract_manufacturer_name,
                    Item.production_license_no,
                    Item.approved_at,
                ),
            ),
        ),
        related=(Related(document="registration_certificate", field="registration_id", upstream=True),),
        tones={
            ItemState.DRAFT: "neutral",
            ItemState.APPROVED: "ok",
            ItemState.SUSPENDED: "bad",
            ItemState.RETIRED: "neutral",
        },
        flow=(ItemState.DRAFT, ItemState.APPROVED, ItemState.RETIRED),
    )
    retention = Retention(code="R0", anchors=services.item_anchors)

    approve = Transition[Item, ItemFacts](
        label=_("批准"),
        source=(ItemState.DRAFT, ItemState.SUSPENDED),
        target=ItemState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(product_file_complete,),
        effect=services.approve_item,
        signature=Meaning.APPROVED,
        help=_("确认产品注册资料、标签样稿和产品标识真实、有效、齐全。"),
    )
    suspend = Transition[Item, ItemFacts](
        label=_("停用"),
        source=(ItemState.APPROVED,),
        target=ItemState.SUSPENDED,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("停用后不能采购和销售；修改档案也先停用。"),
    )
    retire = Transition[Item, ItemFacts](
        label=_("淘汰"),
        source=(ItemState.APPROVED, ItemState.SUSPENDED),
        target=ItemState.RETIRED,
        allowed_to=(Role.QUALITY_HEAD,),
        signature=Meaning.APPROVED,
        reason_required=True,
        primary=False,
        danger=True,
    )
