"""Registration certificates and filing receipts."""

from django.utils.translation import gettext_lazy as _

from meridian.items import services
from meridian.items.models import RegistrationCertificate
from meridian.items.queries import CertificateFacts, load_registration_certificates
from meridian.items.vocabulary import CertificateState
from meridian.kernel.declare import DocumentType, Meaning, Related, Retention, Screen, Section, Series, Transition, View
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES


class RegistrationCertificateDocument(DocumentType[RegistrationCertificate, CertificateFacts]):
    """One period of a product's registration (Order 739 Art 13; GSP Art 54)."""

    code = "registration_certificate"
    module = "items"
    slug = "registration-certificates"
    label = _("注册证/备案凭证")
    help = _("产品的注册证或备案凭证；延续注册另登记一行，编号不变。")
    model = RegistrationCertificate
    load = staticmethod(load_registration_certificates)
    states = CertificateState
    initial = CertificateState.DRAFT
    number = Series("ZCZ-{seq:05}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        RegistrationCertificate.registration_no,
        RegistrationCertificate.registrant_name,
        RegistrationCertificate.device_name,
        RegistrationCertificate.device_class,
        RegistrationCertificate.valid_from,
        RegistrationCertificate.valid_until,
    )
    scope = {}  # a master of the whole company
    editable_in = (CertificateState.DRAFT,)
    prepare = staticmethod(services.prepare_certificate)
    outside_content = (RegistrationCertificate.cancelled_on,)
    screen = Screen(
        columns=(
            RegistrationCertificate.number,
            RegistrationCertificate.registration_no,
            RegistrationCertificate.registrant_name,
            RegistrationCertificate.device_class,
            RegistrationCertificate.valid_until,
            RegistrationCertificate.state,
        ),
        facts=(
            RegistrationCertificate.registration_no,
            RegistrationCertificate.registrant_name,
            RegistrationCertificate.device_class,
            RegistrationCertificate.valid_from,
            RegistrationCertificate.valid_until,
        ),
        filters=(
            RegistrationCertificate.device_class,
            RegistrationCertificate.state,
            RegistrationCertificate.valid_until,
        ),
        search=(
            RegistrationCertificate.number,
            RegistrationCertificate.registration_no,
            RegistrationCertificate.registrant_name,
            RegistrationCertificate.device_name,
        ),
        views=(
            View(label=_("待核对"), states=(CertificateState.DRAFT,)),
            View(label=_("在用"), states=(CertificateState.IN_FORCE,), default=True),
            View(label=_("全部")),
        ),
        sections=(
            Section(
                label=_("登记内容"),
                fields=(RegistrationCertificate.device_name, RegistrationCertificate.cancelled_on),
            ),
        ),
        related=(Related(document="item", field="registration_id", upstream=False, label_when_none=_("尚无物料")),),
        tones={CertificateState.DRAFT: "neutral", CertificateState.IN_FORCE: "ok", CertificateState.CANCELLED: "bad"},
        flow=(CertificateState.DRAFT, CertificateState.IN_FORCE),
    )
    retention = Retention(code="R0", anchors=services.paper_anchors)

    put_into_force = Transition[RegistrationCertificate, CertificateFacts](
        label=_("核对生效"),
        source=(CertificateState.DRAFT,),
        target=CertificateState.IN_FORCE,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        help=_("确认登记内容与注册证或备案凭证一致。"),
    )
    cancel = Transition[RegistrationCertificate, CertificateFacts](
        label=_("登记注销"),
        source=(CertificateState.DRAFT, CertificateState.IN_FORCE),
        target=CertificateState.CANCELLED,
        allowed_to=QUALITY_ROLES,
        effect=services.cancel_certificate,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("药监部门注销注册证后登记；登记后该证下的货品不能再采购和销售。"),
    )
