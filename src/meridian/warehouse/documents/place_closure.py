"""A place taken out of use 库区货位停用单."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Retention, Screen, Series, Transition, View
from meridian.organization.models import Place
from meridian.organization.vocabulary import EVERYONE, SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import PlaceClosure
from meridian.warehouse.queries.places import PlaceClosureFacts, load_place_closures
from meridian.warehouse.rules.places import nothing_lies_there, place_still_in_use
from meridian.warehouse.services import places
from meridian.warehouse.vocabulary import PlaceClosureState as S


class PlaceClosureDocument(DocumentType[PlaceClosure, PlaceClosureFacts]):
    """An empty place goes out of use with all that lies inside it: for a repair, or for good (GSP Art 40)."""

    code = "place_closure"
    module = "warehouse"
    slug = "place-closures"
    label = _("库区货位停用单")
    help = _("停用或撤销一个已清空的库区或货位，连同其中的货位；停用的可以恢复，撤销的不再使用。")
    model = PlaceClosure
    load = staticmethod(load_place_closures)
    states = S
    initial = S.DRAFT
    number = Series("KWTY-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER)
    read_by = EVERYONE
    editable = (PlaceClosure.place, PlaceClosure.cause)
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(places.prepare_place_closure)
    outside_content = (PlaceClosure.closed_at, PlaceClosure.reopened_at)
    screen = Screen(
        columns=(
            PlaceClosure.number, (PlaceClosure.place, Place.name), PlaceClosure.cause, PlaceClosure.closed_at,
            PlaceClosure.reopened_at, PlaceClosure.state,
        ),
        facts=(
            (PlaceClosure.place, Place.name), PlaceClosure.cause, PlaceClosure.closed_at, PlaceClosure.reopened_at,
            PlaceClosure.keep_until,
        ),
        filters=(PlaceClosure.state,),
        search=(PlaceClosure.number, (PlaceClosure.place, Place.code), (PlaceClosure.place, Place.name)),
        views=(
            View(_("待办"), (S.DRAFT, S.BLOCKED), default=True), View(_("已撤销"), (S.RETIRED,)), View(_("全部")),
        ),
        tones={S.DRAFT: "neutral", S.BLOCKED: "warn", S.REOPENED: "ok", S.RETIRED: "bad", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.BLOCKED, S.REOPENED),
    )  # fmt: skip
    retention = Retention("R0", anchors=places.retention_anchors)

    block = Transition[PlaceClosure, PlaceClosureFacts](
        label=_("停用"),
        source=(S.DRAFT,),
        target=S.BLOCKED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(place_still_in_use, nothing_lies_there),
        effect=places.close,
    )
    reopen = Transition[PlaceClosure, PlaceClosureFacts](
        label=_("恢复使用"),
        source=(S.BLOCKED,),
        target=S.REOPENED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        effect=places.reopen,
        reason_required=True,
    )
    retire = Transition[PlaceClosure, PlaceClosureFacts](
        label=_("撤销"),
        source=(S.DRAFT, S.BLOCKED),
        target=S.RETIRED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(nothing_lies_there,),
        effect=places.close,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("不再使用；代码不再分配给别的位置，记录保留。"),
    )
    void = Transition[PlaceClosure, PlaceClosureFacts](
        label=_("作废"),
        source=(S.DRAFT,),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        reason_required=True,
        primary=False,
        danger=True,
    )
