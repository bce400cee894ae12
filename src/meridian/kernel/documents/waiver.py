"""A waiver: the one way past a gate, and only past one that names who may let it pass (DESIGN law 10)."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.models import Waiver
from meridian.kernel.waivers import (
    WAIVER_SIGNERS,
    WaiverFacts,
    WaiverState,
    gate_waivable,
    load_waivers,
    one_signer_suffices,
    prepare_waiver,
    two_signers_asked,
    waiver_not_ended,
    waiver_signer_authorised,
)  # fmt: skip

S = WaiverState


class WaiverDocument(DocumentType[Waiver, WaiverFacts]):
    """An exception for one gate and one document, within a quantity and until a day, signed by those the gate names."""

    code = "waiver"
    module = "kernel"
    slug = "waivers"
    label = _("让步批准")
    help = _("只对声明可让步的规则有效；由规则指定的岗位签署。")
    model = Waiver
    load = staticmethod(load_waivers)
    states = S
    initial = S.DRAFT
    number = Series("RBPZ-{yyyy}-{seq:04}")
    drafted_by = WAIVER_SIGNERS
    read_by = ("auditor",)
    editable = (
        Waiver.gate_code, Waiver.subject_type, Waiver.subject_number, Waiver.quantity, Waiver.justification,
        Waiver.ends_on,
    )  # fmt: skip
    editable_in = (S.DRAFT,)
    prepare = staticmethod(prepare_waiver)
    retention = Retention("R10")
    screen = Screen(
        columns=[
            Waiver.number,
            Waiver.gate_code,
            Waiver.subject_type,
            Waiver.subject_number,
            Waiver.quantity,
            Waiver.ends_on,
            Waiver.state,
        ],
        facts=[Waiver.gate_code, Waiver.subject_type, Waiver.subject_number, Waiver.quantity, Waiver.ends_on],
        filters=[Waiver.gate_code, Waiver.subject_type, Waiver.subject_number],
        search=[Waiver.number, Waiver.subject_number],
        views=[View(_("有效"), states=[S.DRAFT, S.SIGNED_ONCE, S.ACTIVE], default=True), View(_("全部"))],
        sections=[Section(_("理由"), [Waiver.justification])],
        tones={S.DRAFT: "neutral", S.SIGNED_ONCE: "warn", S.ACTIVE: "ok", S.WITHDRAWN: "bad"},
        flow=[S.DRAFT, S.SIGNED_ONCE, S.ACTIVE],
    )

    sign_alone = Transition[Waiver, WaiverFacts](
        label=_("签署生效"),
        source=[S.DRAFT],
        target=S.ACTIVE,
        allowed_to=WAIVER_SIGNERS,
        gates=[gate_waivable, one_signer_suffices, waiver_not_ended, waiver_signer_authorised],
        signature=Meaning.WAIVED,
    )
    sign_first = Transition[Waiver, WaiverFacts](
        label=_("首签"),
        source=[S.DRAFT],
        target=S.SIGNED_ONCE,
        allowed_to=WAIVER_SIGNERS,
        gates=[gate_waivable, two_signers_asked, waiver_not_ended, waiver_signer_authorised],
        signature=Meaning.WAIVED,
    )
    sign_second = Transition[Waiver, WaiverFacts](
        label=_("次签生效"),
        source=[S.SIGNED_ONCE],
        target=S.ACTIVE,
        allowed_to=WAIVER_SIGNERS,
        gates=[gate_waivable, waiver_not_ended, waiver_signer_authorised],
        differs_from=[sign_first],
        signature=Meaning.WAIVED,
    )
    withdraw = Transition[Waiver, WaiverFacts](
        label=_("撤回"),
        source=[S.DRAFT, S.SIGNED_ONCE, S.ACTIVE],
        target=S.WITHDRAWN,
        allowed_to=WAIVER_SIGNERS,
        reason_required=True,
        primary=False,
    )
