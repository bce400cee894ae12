"""The company's own papers."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Lines, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.organization import services
from meridian.organization.models import OwnLicence, OwnLicenceScope
from meridian.organization.queries import OwnLicenceFacts, load_own_licences
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, PaperState


class OwnLicenceDocument(DocumentType[OwnLicence, OwnLicenceFacts]):
    """A dealing licence, filing or business licence of the company itself (Order 54 Art 14–16)."""

    code = "own_licence"
    module = "organization"
    slug = "own-licences"
    label = _("本企业证照")
    help = _("本企业的许可证、备案凭证和营业执照；由质量管理人员核对原件后生效。")
    model = OwnLicence
    load = staticmethod(load_own_licences)
    states = PaperState
    initial = PaperState.DRAFT
    number = Series("BQZZ-{seq:04}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        OwnLicence.kind,
        OwnLicence.licence_no,
        OwnLicence.mode,
        OwnLicence.warehouse_address,
        OwnLicence.issued_by,
        OwnLicence.valid_from,
        OwnLicence.valid_until,
    )
    scope = {}  # a master of the whole company
    editable_in = (PaperState.DRAFT,)
    prepare = staticmethod(services.require_period)
    lines = Lines(
        model=OwnLicenceScope,
        editable=(OwnLicenceScope.device_class, OwnLicenceScope.class_code, OwnLicenceScope.description),
        columns=(OwnLicenceScope.device_class, OwnLicenceScope.class_code, OwnLicenceScope.description),
        label=_("许可范围"),
    )
    screen = Screen(
        columns=(OwnLicence.number, OwnLicence.kind, OwnLicence.licence_no, OwnLicence.valid_until, OwnLicence.state),
        facts=(OwnLicence.kind, OwnLicence.licence_no, OwnLicence.valid_from, OwnLicence.valid_until),
        filters=(OwnLicence.kind, OwnLicence.state, OwnLicence.valid_until),
        search=(OwnLicence.number, OwnLicence.licence_no),
        views=(
            View(label=_("在用"), states=(PaperState.DRAFT, PaperState.IN_FORCE), default=True),
            View(label=_("全部")),
        ),
        sections=(
            Section(label=_("登记内容"), fields=(OwnLicence.mode, OwnLicence.warehouse_address, OwnLicence.issued_by)),
        ),
        tones={PaperState.DRAFT: "neutral", PaperState.IN_FORCE: "ok", PaperState.WITHDRAWN: "bad"},
        flow=(PaperState.DRAFT, PaperState.IN_FORCE),
    )
    retention = Retention(code="R0", anchors=services.paper_anchors)

    put_into_force = Transition[OwnLicence, OwnLicenceFacts](
        label=_("核对生效"),
        source=(PaperState.DRAFT,),
        target=PaperState.IN_FORCE,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        help=_("确认登记内容与证照原件一致。"),
    )
    withdraw = Transition[OwnLicence, OwnLicenceFacts](
        label=_("撤回"),
        source=(PaperState.DRAFT, PaperState.IN_FORCE),
        target=PaperState.WITHDRAWN,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("证照被收回、注销或登记有误时撤回。"),
    )
