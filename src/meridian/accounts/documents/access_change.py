"""A change of access: asked by administration, put into force by quality (GSP Art 19, ※3.19)."""

from django.utils.translation import gettext_lazy as _

from meridian.accounts.models import AccessChange
from meridian.accounts.queries import AccessFacts, load_access_changes
from meridian.accounts.rules import (
    own_access_untouched,
    person_known,
    right_named,
    role_and_scope_named,
    roles_separated,
    username_unused,
)
from meridian.accounts.services import apply_access_change, name_what_changes
from meridian.accounts.vocabulary import AccessChangeState
from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Section, Series, Transition, View

S = AccessChangeState
ADMINISTRATORS = ("system_admin", "security_admin")
QUALITY = ("quality_staff", "quality_head")


class AccessChangeDocument(DocumentType[AccessChange, AccessFacts]):
    """One change of access: a newcomer, a role, a lock-out, a reset, or what a post may do."""

    code = "access_change"
    module = "accounts"
    slug = "access-changes"
    label = _("权限变更")
    help = _("系统管理员或安全管理员申请，质管员批准后生效；任何人不得办理自己的权限或自己所任岗位的权限。")
    model = AccessChange
    load = staticmethod(load_access_changes)
    states = S
    initial = S.DRAFT
    number = Series("QXBG-{yyyy}-{seq:04}")
    drafted_by = ADMINISTRATORS
    read_by = (*QUALITY, "enterprise_head", "auditor")
    editable = (
        AccessChange.kind,
        AccessChange.username,
        AccessChange.person_name,
        AccessChange.role_code,
        AccessChange.permission,
        AccessChange.scope_kind,
        AccessChange.scope_id,
        AccessChange.valid_from,
        AccessChange.valid_until,
        AccessChange.justification,
    )
    prepare = staticmethod(name_what_changes)
    editable_in = (S.DRAFT,)
    retention = Retention("R10")
    screen = Screen(
        columns=[
            AccessChange.number,
            AccessChange.kind,
            AccessChange.username,
            AccessChange.person_name,
            AccessChange.role_name,
            AccessChange.permission_name,
            AccessChange.state,
        ],
        facts=[
            AccessChange.kind,
            AccessChange.username,
            AccessChange.person_name,
            AccessChange.role_name,
            AccessChange.permission_name,
            AccessChange.scope_kind,
            AccessChange.scope_name,
            AccessChange.valid_from,
            AccessChange.valid_until,
        ],
        filters=[AccessChange.kind, AccessChange.username, AccessChange.role_code],
        search=[AccessChange.number, AccessChange.username, AccessChange.person_name],
        views=[View(_("待办"), states=[S.DRAFT, S.SUBMITTED], default=True), View(_("全部"))],
        sections=[Section(_("理由"), [AccessChange.justification])],
        tones={S.DRAFT: "neutral", S.SUBMITTED: "warn", S.EFFECTIVE: "ok", S.REJECTED: "bad"},
        flow=[S.DRAFT, S.SUBMITTED, S.EFFECTIVE],
    )

    submit = Transition[AccessChange, AccessFacts](
        label=_("提交"),
        source=[S.DRAFT],
        target=S.SUBMITTED,
        allowed_to=ADMINISTRATORS,
        gates=[
            person_known,
            username_unused,
            role_and_scope_named,
            right_named,
            roles_separated,
            own_access_untouched,
        ],
    )
    put_into_force = Transition[AccessChange, AccessFacts](
        label=_("批准生效"),
        source=[S.SUBMITTED],
        target=S.EFFECTIVE,
        allowed_to=QUALITY,
        gates=[
            person_known,
            username_unused,
            role_and_scope_named,
            right_named,
            roles_separated,
            own_access_untouched,
        ],
        differs_from=[submit],
        signature=Meaning.APPROVED,
        effect=apply_access_change,
    )
    reject = Transition[AccessChange, AccessFacts](
        label=_("驳回"),
        source=[S.SUBMITTED],
        target=S.REJECTED,
        allowed_to=QUALITY,
        reason_required=True,
    )
