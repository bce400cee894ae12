"""The stock book: lots, what binds them, movements, and the balances and costs derived from movements.

Movements and genealogy are insert-only and partitionable: no foreign key points at them and theirs carry no constraint
(SCALE day-one rules 3 and 10). Quantities are in the item's base unit.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.inventory.vocabulary import BlockKind, EdgeKind, Expectation, MovementType, StockStatus, VirtualPlace
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, CompanyRow, Evidence
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField


class Lot(CompanyModel):
    """A production lot, or one unit of it where units carry serial numbers.

    Two makers' lot "A1" are two lots: `maker_key` is the maker's name in lower case with single spaces. Empty text
    means "has none". `expires_on` is inclusive; None means the item has no expiry.
    """

    evidence = Evidence.GOVERNED
    trail_as_set = True

    item = CompanyForeignKey("items.Item", db_index=False, verbose_name=_("物料"))
    maker_key = models.CharField(_("生产企业"), max_length=120, blank=True)
    maker_name = models.CharField(_("生产企业"), max_length=120, blank=True)
    lot_no = models.CharField(_("生产批号"), max_length=40, blank=True)
    sterilization_lot_no = models.CharField(_("灭菌批号"), max_length=40, blank=True)
    serial_no = models.CharField(_("序列号"), max_length=40, blank=True)
    manufactured_on = models.DateField(_("生产日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    di = models.CharField(_("产品标识"), max_length=40, blank=True)
    registration = CompanyForeignKey(
        "items.RegistrationCertificate", null=True, blank=True, db_index=False, verbose_name=_("注册证")
    )
    first_document_type = models.CharField(_("来源单据类型"), max_length=48)
    first_document_id = models.UUIDField(_("来源单据"))

    class Meta:
        db_table = "inventory_lot"
        base_manager_name = "objects"
        verbose_name = _("批号")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "lot_no", "serial_no", "sterilization_lot_no", "maker_key", "company_id"],
                name="lot_identity",
            ),
            models.CheckConstraint(condition=~models.Q(lot_no="", serial_no=""), name="lot_named"),
        ]
        indexes = [
            models.Index(fields=["lot_no"], name="lot_lot_no"),
            models.Index(fields=["serial_no"], name="lot_serial_no", condition=~models.Q(serial_no="")),
            models.Index(fields=["company_id", "-id"], name="lot_latest"),
        ]

    def __str__(self) -> str:
        return self.serial_no or self.lot_no


class LotBlock(CompanyModel):
    """What binds a lot until it is released: a hold, a recall, a stop of sale (GSP Art 74, 110)."""

    evidence = Evidence.GOVERNED

    lot = CompanyForeignKey(Lot, db_index=False, verbose_name=_("批号"))
    kind = models.CharField(_("类型"), max_length=12, choices=BlockKind.choices)
    reason = models.TextField(_("原因"), max_length=500)
    document_type = models.CharField(_("依据单据类型"), max_length=48)
    document_id = models.UUIDField(_("依据单据"))
    blocked_at = models.DateTimeField(_("锁定时间"))
    blocked_by_id = models.UUIDField(_("锁定人"))
    blocked_by_name = models.CharField(_("锁定人"), max_length=80)
    released_at = models.DateTimeField(_("解除时间"), null=True)
    released_by_id = models.UUIDField(_("解除人"), null=True)
    released_by_name = models.CharField(_("解除人"), max_length=80, blank=True)
    release_reason = models.TextField(_("解除原因"), blank=True, max_length=500)

    class Meta:
        db_table = "inventory_lot_block"
        base_manager_name = "objects"
        verbose_name = _("批号锁定")
        indexes = [
            models.Index(fields=["lot"], name="lot_block_open", condition=models.Q(released_at__isnull=True)),
            models.Index(fields=["document_id"], name="lot_block_document"),
        ]


def _one_end(side: str) -> models.Q:
    """A movement's end is a place with a status, or a virtual place with neither."""
    physical = models.Q((f"{side}_virtual", ""), (f"{side}_place__isnull", False)) & ~models.Q((f"{side}_status", ""))
    virtual = models.Q((f"{side}_place__isnull", True), (f"{side}_status", "")) & ~models.Q((f"{side}_virtual", ""))
    return physical | virtual


class StockMovement(CompanyModel):
    """One quantity of one lot from one end to another; the whole truth about stock.

    `value` is what crossed the boundary of the stock account (0 for movements inside). `day` is the value date,
    `at` the instant (UTC) of writing. `posting_id` names the call of the posting service.
    """

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    posting_id = models.UUIDField()
    movement = models.CharField(_("移动类型"), max_length=24, choices=MovementType.choices)
    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("单据"))
    document_number = models.CharField(_("单号"), max_length=40)
    transition_id = models.UUIDField()
    line_id = models.UUIDField(_("单据行"), null=True)
    expectation_id = models.UUIDField(_("履行的供需行"), null=True)
    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    lot = CompanyForeignKey(Lot, db_constraint=False, db_index=False, verbose_name=_("批号"))
    owner_id = models.UUIDField(_("货主"))
    from_place = CompanyForeignKey(
        "organization.Place", null=True, db_constraint=False, db_index=False, verbose_name=_("移出位置")
    )
    from_virtual = models.CharField(_("移出"), max_length=12, choices=VirtualPlace.choices, blank=True)
    from_status = models.CharField(_("原质量状态"), max_length=24, choices=StockStatus.choices, blank=True)
    to_place = CompanyForeignKey(
        "organization.Place", null=True, db_constraint=False, db_index=False, verbose_name=_("移入位置")
    )
    to_virtual = models.CharField(_("移入"), max_length=12, choices=VirtualPlace.choices, blank=True)
    to_status = models.CharField(_("新质量状态"), max_length=24, choices=StockStatus.choices, blank=True)
    quantity = QuantityField(_("数量"))
    unit = models.CharField(_("单位"), max_length=12)
    value = MoneyField(_("金额"))
    party_id = models.UUIDField(_("往来单位"), null=True)
    party_name = models.CharField(_("往来单位"), max_length=120, blank=True)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        db_table = "inventory_movement"
        base_manager_name = "objects"
        verbose_name = _("库存移动")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="movement_positive"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="movement_value"),
            models.CheckConstraint(condition=_one_end("from"), name="movement_from_one_end"),
            models.CheckConstraint(condition=_one_end("to"), name="movement_to_one_end"),
            models.CheckConstraint(
                condition=models.Q(from_virtual="") | models.Q(to_virtual=""), name="movement_touches_a_place"
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "id"], name="movement_lot"),
            models.Index(fields=["item", "day"], name="movement_item_day"),
            models.Index(fields=["company_id", "day"], name="movement_day"),
            models.Index(fields=["document_id"], name="movement_document"),
        ]


class ValueAdjustment(CompanyModel):
    """How a late entry changes what an earlier movement out of stock was worth; the movement itself stays as it was.

    `value` is what it is worth more, negative for less; document and transition name the late entry. `day` is the day
    of recording: the open period bears it.
    """

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    movement_id = models.UUIDField(_("被调整的移动"))
    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    value = MoneyField(_("调整金额"))
    contra_account = models.CharField(_("对方科目"), max_length=12)
    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("补录单据"))
    document_number = models.CharField(_("补录单号"), max_length=40)
    transition_id = models.UUIDField()
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        db_table = "inventory_value_adjustment"
        base_manager_name = "objects"
        verbose_name = _("成本调整")
        constraints = [models.CheckConstraint(condition=~models.Q(value=0), name="value_adjustment_something")]
        indexes = [
            models.Index(fields=["movement_id"], name="value_adjustment_movement"),
            models.Index(fields=["company_id", "day"], name="value_adjustment_day"),
        ]


class StockBalance(CompanyRow):
    """What lies at a physical place now; recomputed from movements by `verify`. Never negative, by no setting.

    `expires_on` repeats the lot's, so that first-expiry-first reads one index. `is_there` follows the quantity: indexes
    ask it and not the quantity, so that a posting that leaves something behind touches no index.
    """

    evidence = Evidence.DERIVED

    pk = models.CompositePrimaryKey("lot_id", "place_id", "status", "owner_id", "company_id")
    lot = CompanyForeignKey(Lot, db_constraint=False, db_index=False, verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", db_constraint=False, db_index=False, verbose_name=_("位置"))
    status = models.CharField(_("质量状态"), max_length=24, choices=StockStatus.choices)
    owner_id = models.UUIDField(_("货主"))
    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    expires_on = models.DateField(_("有效期至"), null=True)
    quantity = QuantityField(_("数量"))
    is_there = models.GeneratedField(
        expression=models.ExpressionWrapper(models.Q(quantity__gt=0), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        db_table = "inventory_balance"
        base_manager_name = "objects"
        verbose_name = _("库存")
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gte=0), name="balance_not_negative")]
        indexes = [
            models.Index(
                fields=["item", "status", "expires_on", "lot", "place"],
                name="balance_first_expiry",
                condition=models.Q(is_there=True),
            ),
            models.Index(fields=["place", "item"], name="balance_place", condition=models.Q(is_there=True)),
        ]


class ItemCost(CompanyModel):
    """Quantity and value of an item in stock; their quotient is the moving average (CAS 1).

    `unit_cost` keeps the last average when nothing is left. Zero quantity has zero value.
    """

    evidence = Evidence.DERIVED

    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    quantity = QuantityField(_("数量"))
    value = MoneyField(_("金额"))
    unit_cost = UnitPriceField(_("移动平均单价"))

    class Meta:
        db_table = "inventory_item_cost"
        base_manager_name = "objects"
        verbose_name = _("物料成本")
        constraints = [
            models.UniqueConstraint(fields=["item", "company_id"], name="item_cost_item"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="item_cost_quantity"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="item_cost_value"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0) | models.Q(value=0), name="item_cost_nothing"),
        ]


class Reservation(CompanyModel):
    """A quantity set aside for a document line; written under the lock of its balance."""

    evidence = Evidence.GOVERNED
    trail_as_set = True

    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("单据"))
    line_id = models.UUIDField(_("单据行"))
    lot = CompanyForeignKey(Lot, db_constraint=False, db_index=False, verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", db_constraint=False, db_index=False, verbose_name=_("位置"))
    status = models.CharField(_("质量状态"), max_length=24, choices=StockStatus.choices)
    owner_id = models.UUIDField(_("货主"))
    quantity = QuantityField(_("数量"))

    class Meta:
        db_table = "inventory_reservation"
        base_manager_name = "objects"
        verbose_name = _("预留")
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_positive")]
        indexes = [
            models.Index(fields=["lot", "place", "status", "owner_id"], name="reservation_balance"),
            models.Index(fields=["document_id"], name="reservation_document"),
        ]


class SupplyDemand(CompanyModel):
    """What is expected: one row for each line of an order, written by its module, fulfilled by movements.

    `done` is the sum of the movements that name the row; recomputed by `verify`. `day` is when it is expected, `lot_no`
    the lot the party named, empty for any. Who ordered and when stands here because lower floors cannot ask the order.
    """

    evidence = Evidence.DERIVED

    kind = models.CharField(_("类型"), max_length=8, choices=Expectation.choices)
    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("单据"))
    document_number = models.CharField(_("单号"), max_length=40)
    line_id = models.UUIDField(_("单据行"))
    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    expected = QuantityField(_("应收/应发数量"))
    done = QuantityField(_("已收/已发数量"), default=0)
    unit_price = UnitPriceField(_("单价"), default=0)
    day = models.DateField(_("日期"), null=True)
    party_id = models.UUIDField(_("往来单位"), null=True)
    party_name = models.CharField(_("往来单位"), max_length=120, blank=True)
    ordered_on = models.DateField(_("订单日期"), null=True)
    ordered_by_id = models.UUIDField(_("下单人"), null=True)
    ordered_by_name = models.CharField(_("下单人"), max_length=80, blank=True)
    deliver_to = models.CharField(_("收货地址"), max_length=200, blank=True)
    lot_no = models.CharField(_("指定批号"), max_length=40, blank=True)
    is_open = models.BooleanField(_("未结"), default=True)

    class Meta:
        db_table = "inventory_supply_demand"
        base_manager_name = "objects"
        verbose_name = _("供需")
        constraints = [
            models.UniqueConstraint(fields=["line_id", "company_id"], name="supply_demand_line"),
            models.CheckConstraint(condition=models.Q(expected__gt=0), name="supply_demand_expected"),
        ]
        indexes = [
            models.Index(fields=["document_id"], name="supply_demand_document"),
            models.Index(fields=["item", "day"], name="supply_demand_item", condition=models.Q(is_open=True)),
        ]


class GenealogyEdge(CompanyModel):
    """So much of one lot went into another; without a child the quantity left as sample or scrap.

    Edges of one item keep the quantity: what goes in comes out, losses are edges of their own.
    """

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    operation_id = models.UUIDField(_("作业"))
    kind = models.CharField(_("类型"), max_length=12, choices=EdgeKind.choices)
    parent_lot = CompanyForeignKey(Lot, db_constraint=False, db_index=False, verbose_name=_("来源批"))
    parent_item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("来源物料"))
    parent_quantity = QuantityField(_("来源数量"))
    child_lot = CompanyForeignKey(Lot, null=True, db_constraint=False, db_index=False, verbose_name=_("产出批"))
    child_item = CompanyForeignKey(
        "items.Item", null=True, db_constraint=False, db_index=False, verbose_name=_("产出物料")
    )
    child_quantity = QuantityField(_("产出数量"))
    document_type = models.CharField(_("单据类型"), max_length=48)
    document_id = models.UUIDField(_("单据"))
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        db_table = "inventory_genealogy_edge"
        base_manager_name = "objects"
        verbose_name = _("批次谱系")
        constraints = [
            models.CheckConstraint(condition=models.Q(parent_quantity__gt=0), name="edge_parent_positive"),
            models.CheckConstraint(condition=models.Q(child_quantity__gt=0), name="edge_child_positive"),
            models.CheckConstraint(
                condition=~models.Q(parent_item=models.F("child_item"))
                | models.Q(parent_quantity=models.F("child_quantity")),
                name="edge_one_item_balances",
            ),
            models.CheckConstraint(
                condition=models.Q(child_lot__isnull=False, child_item__isnull=False)
                | models.Q(child_lot__isnull=True, child_item__isnull=True, kind__in=["sample", "scrap"]),
                name="edge_child_named",
            ),
            models.CheckConstraint(
                condition=models.Q(child_lot__isnull=True) | ~models.Q(parent_lot=models.F("child_lot")),
                name="edge_no_loop",
            ),
        ]
        indexes = [
            models.Index(fields=["parent_lot", "child_lot"], name="edge_parent"),
            models.Index(fields=["child_lot", "parent_lot"], name="edge_child"),
        ]


class StockSnapshot(CompanyModel):
    """What lay where at the end of a month, so that a past day is answered from there and the days since.

    Recomputed from movements by `verify`.
    """

    evidence = Evidence.DERIVED

    day = models.DateField(_("日期"))
    lot = CompanyForeignKey(Lot, db_constraint=False, db_index=False, verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", db_constraint=False, db_index=False, verbose_name=_("位置"))
    status = models.CharField(_("质量状态"), max_length=24, choices=StockStatus.choices)
    owner_id = models.UUIDField(_("货主"))
    item = CompanyForeignKey("items.Item", db_constraint=False, db_index=False, verbose_name=_("物料"))
    quantity = QuantityField(_("数量"))

    class Meta:
        db_table = "inventory_snapshot"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "lot", "place", "status", "owner_id", "company_id"], name="snapshot_key"
            ),
        ]
        indexes = [models.Index(fields=["company_id", "day"], name="snapshot_day")]
