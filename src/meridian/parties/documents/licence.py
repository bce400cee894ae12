"""Papers of suppliers and customers."""

from django.utils.translation import gettext_lazy as _

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
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, PaperState
from meridian.parties import services
from meridian.parties.models import Customer, Licence, LicenceScope, Supplier
from meridian.parties.queries import LicenceFacts, load_licences
from meridian.parties.rules import licence_file_complete


class LicenceDocument(DocumentType[Licence, LicenceFacts]):
    """A paper of one supplier or customer with its scope, checked by quality staff (GSP Art 53, 82; G77)."""

    code = "licence"
    module = "parties"
    slug = "licences"
    label = _("往来单位证照")
    help = _("供货者、购货者的证照及其许可范围；由质量管理人员核对后生效，是否过期按日期即时判断。")
    model = Licence
    load = staticmethod(load_licences)
    states = PaperState
    initial = PaperState.DRAFT
    number = Series("ZZ-{seq:05}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        Licence.supplier,
        Licence.customer,
        Licence.kind,
        Licence.licence_no,
        Licence.mode,
        Licence.issued_by,
        Licence.valid_from,
        Licence.valid_until,
    )
    scope = {}  # a master of the whole company
    editable_in = (PaperState.DRAFT,)
    prepare = staticmethod(services.prepare_licence)
    reason_on_change = (Licence.licence_no, Licence.valid_from, Licence.valid_until)
    lines = Lines(
        model=LicenceScope,
        editable=(LicenceScope.device_class, LicenceScope.class_code, LicenceScope.description),
        columns=(LicenceScope.device_class, LicenceScope.class_code, LicenceScope.description),
        label=_("许可范围"),
    )
    screen = Screen(
        columns=(
            Licence.number,
            (Licence.supplier, Supplier.name),
            (Licence.customer, Customer.name),
            Licence.kind,
            Licence.licence_no,
            Licence.valid_until,
            Licence.state,
        ),
        facts=(
            (Licence.supplier, Supplier.name),
            (Licence.customer, Customer.name),
            Licence.kind,
            Licence.licence_no,
            Licence.valid_until,
        ),
        filters=(Licence.kind, Licence.state, Licence.valid_until),
        search=(
            Licence.number,
            Licence.licence_no,
            (Licence.supplier, Supplier.name),
            (Licence.customer, Customer.name),
        ),
        views=(
            View(label=_("待核对"), states=(PaperState.DRAFT,)),
            View(label=_("在用"), states=(PaperState.IN_FORCE,), default=True),
            View(label=_("全部")),
        ),
        sections=(Section(label=_("登记内容"), fields=(Licence.mode, Licence.issued_by, Licence.valid_from)),),
        related=(
            Related(document="supplier", field="supplier_id", upstream=True),
            Related(document="customer", field="customer_id", upstream=True),
        ),
        tones={PaperState.DRAFT: "neutral", PaperState.IN_FORCE: "ok", PaperState.WITHDRAWN: "bad"},
        flow=(PaperState.DRAFT, PaperState.IN_FORCE),
    )
    retention = Retention(code="R0", anchors=services.paper_anchors)

    put_into_force = Transition[Licence, LicenceFacts](
        label=_("核对生效"),
        source=(PaperState.DRAFT,),
        target=PaperState.IN_FORCE,
        allowed_to=QUALITY_ROLES,
        gates=(licence_file_complete,),
        signature=Meaning.REVIEWED,
        help=_("确认登记内容与加盖公章的证照复印件一致。"),
    )
    withdraw = Transition[Licence, LicenceFacts](
        label=_("撤回"),
        source=(PaperState.DRAFT, PaperState.IN_FORCE),
        target=PaperState.WITHDRAWN,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("证照被收回、对方放弃或登记有误时撤回。"),
    )
