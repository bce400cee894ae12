"""Places to be set up 库区货位增设单."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Retention, Screen, Section, Series, Transition, View
from meridian.organization.models import Place
from meridian.organization.vocabulary import EVERYONE, SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import PlaceSet
from meridian.warehouse.queries.places import PlaceSetFacts, load_place_sets
from meridian.warehouse.rules.places import place_codes_free, place_fits_inside
from meridian.warehouse.services import places
from meridian.warehouse.vocabulary import PlaceSetState as S


class PlaceSetDocument(DocumentType[PlaceSet, PlaceSetFacts]):
    """Zones, racks and bins come into use by a document: one, or every combination of aisle, bay and level (GSP 40)."""

    code = "place_set"
    module = "warehouse"
    slug = "place-sets"
    label = _("库区货位增设单")
    help = _("增设库区，或按巷道、列、层批量增设货位；保存后先看个数和首末代码，再启用。")
    model = PlaceSet
    load = staticmethod(load_place_sets)
    states = S
    initial = S.DRAFT
    number = Series("KWZS-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER)
    read_by = EVERYONE
    editable = (
        PlaceSet.inside, PlaceSet.place_kind, PlaceSet.zone_kind, PlaceSet.prefix, PlaceSet.place_name,
        PlaceSet.aisles, PlaceSet.bays, PlaceSet.levels, PlaceSet.celsius_min, PlaceSet.celsius_max,
    )  # fmt: skip
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(places.prepare_place_set)
    outside_content = (PlaceSet.activated_at,)
    screen = Screen(
        columns=(
            PlaceSet.number, (PlaceSet.inside, Place.name), PlaceSet.place_kind, PlaceSet.place_count,
            PlaceSet.first_code, PlaceSet.last_code, PlaceSet.activated_at, PlaceSet.state,
        ),
        facts=(
            (PlaceSet.inside, Place.name), PlaceSet.place_kind, PlaceSet.place_count, PlaceSet.first_code,
            PlaceSet.last_code, PlaceSet.activated_at,
        ),
        filters=(PlaceSet.state, PlaceSet.place_kind),
        search=(PlaceSet.number, PlaceSet.prefix, PlaceSet.place_name, PlaceSet.first_code),
        views=(View(_("待启用"), (S.DRAFT,), default=True), View(_("已启用"), (S.ACTIVE,)), View(_("全部"))),
        sections=(
            Section(_("编号规则"), (
                PlaceSet.prefix, PlaceSet.aisles, PlaceSet.bays, PlaceSet.levels, PlaceSet.place_name,
            )),
            Section(_("贮存条件"), (
                PlaceSet.zone_kind, PlaceSet.celsius_min, PlaceSet.celsius_max, PlaceSet.keep_until,
            )),
        ),
        tones={S.DRAFT: "neutral", S.ACTIVE: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.ACTIVE),
    )  # fmt: skip
    retention = Retention("R0", anchors=places.retention_anchors)

    activate = Transition[PlaceSet, PlaceSetFacts](
        label=_("启用位置"),
        source=(S.DRAFT,),
        target=S.ACTIVE,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(place_fits_inside, place_codes_free),
        effect=places.activate,
        help=_("启用后这些位置即可收货、上架和移库；代码不再改变。"),
    )
    void = Transition[PlaceSet, PlaceSetFacts](
        label=_("作废"),
        source=(S.DRAFT,),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        reason_required=True,
        primary=False,
        danger=True,
    )
