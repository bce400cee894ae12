"""The acceptance inspection 验收."""

from django.utils.translation import gettext_lazy as _

from meridian.competence.rules import inspector_qualified
from meridian.inspection import services
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inspection.queries import AcceptanceFacts, acceptance_record, load_acceptances
from meridian.inspection.rules import (
    acceptance_record_complete,
    conclusion_follows_checks,
    conformity_proved,
    release_zone_fits_goods,
    remaining_life_meets_receipt_minimum,
    zone_awaits_goods,
)
from meridian.inspection.vocabulary import InspectionState as S
from meridian.inventory.rules import lot_not_blocked, lot_not_expired, stock_sufficient
from meridian.items.models import Item
from meridian.items.rules import registration_valid_for_lot, udi_in_database
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
    Print,
    Related,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.kernel.rules import document_has_lines
from meridian.organization.models import Place
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role

Line = AcceptanceInspectionLine


class AcceptanceInspectionDocument(DocumentType[AcceptanceInspection, AcceptanceFacts]):
    """The check of goods on arrival, lot by lot, and the signed release of what passed (GSP Art 64–65)."""

    code = "acceptance_inspection"
    module = "inspection"
    slug = "acceptance-inspections"
    label = _("验收单")
    help = _("收货过账时自动生成；验收员逐批填写检查结果并签名，质量人员放行后货物才可销售。")
    model = AcceptanceInspection
    load = staticmethod(load_acceptances)
    states = S
    initial = S.PENDING
    number = Series("YS-{yyyy}{mm}-{seq:04}")
    creatable = False
    drafted_by = [Role.INSPECTOR]
    read_by = [
        Role.RECEIVER, Role.KEEPER, Role.BUYER, Role.PURCHASING_MANAGER, Role.QUALITY_STAFF, Role.QUALITY_HEAD,
        Role.WAREHOUSE_MANAGER, Role.ENTERPRISE_HEAD,
    ]  # fmt: skip
    editable = []
    scope = SITE_AND_WAREHOUSE
    editable_in = [S.PENDING]
    prepare = staticmethod(services.prepare_acceptance)
    lines = Lines(
        model=Line,
        editable=[
            Line.accepted_quantity, Line.rejected_quantity, Line.appearance, Line.package, Line.label, Line.certificate,
            Line.conclusion, Line.nonconformity, Line.disposition,
        ],
        columns=[
            (Line.item, Item.number), Line.device_name, Line.model, Line.specification, Line.lot_no, Line.serial_no,
            Line.manufactured_on, Line.expires_on, Line.registration_no, Line.registrant_name,
            Line.contract_manufacturer_name, Line.production_license_no, Line.udi, (Line.place, Place.name),
            Line.quantity, Line.unit, Line.accepted_quantity, Line.rejected_quantity, Line.appearance, Line.package,
            Line.label, Line.certificate, Line.conclusion, Line.nonconformity, Line.disposition,
        ],
        totals=[Line.quantity, Line.accepted_quantity, Line.rejected_quantity],
    )  # fmt: skip
    outside_content = [
        AcceptanceInspection.inspector_id, AcceptanceInspection.inspector_name, AcceptanceInspection.accepted_at,
        AcceptanceInspection.released_by_id, AcceptanceInspection.released_by_name, AcceptanceInspection.released_at,
    ]  # fmt: skip
    screen = Screen(
        columns=[
            AcceptanceInspection.number, AcceptanceInspection.supplier_name, AcceptanceInspection.receipt_number,
            AcceptanceInspection.received_by_name, AcceptanceInspection.inspector_name,
            AcceptanceInspection.accepted_at, AcceptanceInspection.state,
        ],
        facts=[
            AcceptanceInspection.supplier_name, AcceptanceInspection.purchased_on, AcceptanceInspection.receipt_number,
            AcceptanceInspection.inspector_name, AcceptanceInspection.accepted_at,
            AcceptanceInspection.released_by_name, AcceptanceInspection.released_at, AcceptanceInspection.keep_until,
        ],
        filters=[AcceptanceInspection.supplier, AcceptanceInspection.accepted_at],
        search=[
            AcceptanceInspection.number, AcceptanceInspection.receipt_number, AcceptanceInspection.supplier_name,
            AcceptanceInspection.delivery_note_number,
        ],
        views=[
            View(_("待验收"), [S.PENDING], default=True), View(_("待放行"), [S.INSPECTED]),
            View(_("已放行"), [S.RELEASED]), View(_("全部")),
        ],
        sections=[
            Section(_("供货与收货"), [
                AcceptanceInspection.supplier_address, AcceptanceInspection.supplier_contact,
                AcceptanceInspection.delivery_note_number, AcceptanceInspection.bought_by_name,
                AcceptanceInspection.received_by_name, AcceptanceInspection.created_at,
            ]),
        ],
        related=[Related("goods_receipt", "receipt_id", upstream=True)],
        tones={S.PENDING: "warn", S.INSPECTED: "violet", S.RELEASED: "ok"},
        flow=[S.PENDING, S.INSPECTED, S.RELEASED],
    )  # fmt: skip
    prints = [Print("acceptance_record", _("进货查验记录"), "acceptance_record", acceptance_record)]
    retention = Retention(code="R1", anchors=services.retention_anchors)

    conclude = Transition[AcceptanceInspection, AcceptanceFacts](
        label=_("验收结论"),
        source=[S.PENDING],
        target=S.INSPECTED,
        allowed_to=[Role.INSPECTOR],
        gates=[
            document_has_lines, inspector_qualified, acceptance_record_complete, conclusion_follows_checks,
            conformity_proved, registration_valid_for_lot, lot_not_expired, remaining_life_meets_receipt_minimum,
            stock_sufficient, zone_awaits_goods,
        ],
        effect=services.conclude_inspection,
        signature=Meaning.INSPECTED,
    )  # fmt: skip
    release = Transition[AcceptanceInspection, AcceptanceFacts](
        label=_("放行"),
        source=[S.INSPECTED],
        target=S.RELEASED,
        allowed_to=[Role.QUALITY_STAFF, Role.QUALITY_HEAD],
        gates=[
            registration_valid_for_lot,
            udi_in_database,
            lot_not_expired,
            lot_not_blocked,
            stock_sufficient,
            zone_awaits_goods,
            release_zone_fits_goods,
        ],
        effect=services.release_goods,
        differs_from=[conclude],
        signature=Meaning.RELEASED,
    )
