"""A change of a parameter: asked by whoever works with it, put into force by a signature of another person."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.parameters import services
from meridian.parameters.models import ParameterChange
from meridian.parameters.queries import ParameterChangeFacts, load_parameter_changes
from meridian.parameters.rules import (
    parameter_differs,
    parameter_known,
    parameter_signer_authorised,
    parameter_within_bounds,
)
from meridian.parameters.vocabulary import ChangeState as S

ASKING = (
    "system_admin", "quality_staff", "quality_head", "warehouse_manager", "purchasing_manager", "sales_manager",
    "finance_manager",
)  # fmt: skip
SIGNING = ("quality_head", "enterprise_head", "finance_manager")
"""Posts that may sign some change; which of them signs this one is for its parameter to say."""


class ParameterChangeDocument(DocumentType[ParameterChange, ParameterChangeFacts]):
    """One change of one figure the company may set (GSP Art 51(2): no change without approval)."""

    code = "parameter_change"
    module = "parameters"
    slug = "parameter-changes"
    label = _("参数变更")
    help = _("含义、默认值和影响见“参数”页；变更须写明理由，由参数指定的岗位签名后生效，申请人不得自己签署。")
    model = ParameterChange
    load = staticmethod(load_parameter_changes)
    states = S
    initial = S.DRAFT
    number = Series("CSBG-{yyyy}-{seq:04}")
    drafted_by = ASKING
    read_by = (*SIGNING, "security_admin", "auditor")
    editable = (
        ParameterChange.parameter_code,
        ParameterChange.scope_site_id,
        ParameterChange.value,
        ParameterChange.justification,
    )
    editable_in = (S.DRAFT,)
    prepare = staticmethod(services.name_parameter)
    outside_content = (ParameterChange.value_before,)
    scope = {}  # figures of the whole company
    retention = Retention("R10")
    screen = Screen(
        columns=(
            ParameterChange.number,
            ParameterChange.parameter_name,
            ParameterChange.scope_name,
            ParameterChange.value_before,
            ParameterChange.value,
            ParameterChange.created_by_name,
            ParameterChange.state,
        ),
        facts=(
            ParameterChange.parameter_name,
            ParameterChange.scope_name,
            ParameterChange.value_before,
            ParameterChange.value,
        ),
        filters=(ParameterChange.parameter_code, ParameterChange.state),
        search=(ParameterChange.number, ParameterChange.parameter_name, ParameterChange.parameter_code),
        views=(
            View(label=_("待办"), states=(S.DRAFT, S.SUBMITTED), default=True),
            View(label=_("已生效"), states=(S.IN_FORCE,)),
            View(label=_("全部")),
        ),
        sections=(Section(label=_("理由"), fields=(ParameterChange.justification, ParameterChange.parameter_code)),),
        tones={S.DRAFT: "neutral", S.SUBMITTED: "violet", S.IN_FORCE: "ok", S.REJECTED: "bad"},
        flow=(S.DRAFT, S.SUBMITTED, S.IN_FORCE),
    )

    submit = Transition[ParameterChange, ParameterChangeFacts](
        label=_("提交"),
        source=(S.DRAFT,),
        target=S.SUBMITTED,
        allowed_to=ASKING,
        gates=(parameter_known, parameter_within_bounds, parameter_differs),
    )
    put_into_force = Transition[ParameterChange, ParameterChangeFacts](
        label=_("签署生效"),
        source=(S.SUBMITTED,),
        target=S.IN_FORCE,
        allowed_to=SIGNING,
        gates=(parameter_known, parameter_within_bounds, parameter_differs, parameter_signer_authorised),
        differs_from=(submit,),
        signature=Meaning.APPROVED,
        effect=services.set_parameter,
        help=_("签名后立即生效。"),
    )
    reject = Transition[ParameterChange, ParameterChangeFacts](
        label=_("驳回"),
        source=(S.SUBMITTED,),
        target=S.REJECTED,
        allowed_to=SIGNING,
        reason_required=True,
        primary=False,
    )
