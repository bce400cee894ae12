"""Kinds and states of a change of access, and what each post does in the demo."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccessChangeKind(TextChoices):
    """What is changed about a person's access."""

    CREATE_USER = "create_user", _("新增人员")
    DISABLE_USER = "disable_user", _("停用人员")
    ENABLE_USER = "enable_user", _("启用人员")
    ASSIGN_ROLE = "assign_role", _("授予岗位")
    REVOKE_ROLE = "revoke_role", _("收回岗位")
    RESET_SIGN_IN = "reset_sign_in", _("重置登录凭据")
    CREATE_SERVICE = "create_service", _("新增服务账户")
    GRANT_RIGHT = "grant_right", _("岗位增加权限")
    WITHDRAW_RIGHT = "withdraw_right", _("岗位减少权限")


ROLE_KINDS = frozenset({AccessChangeKind.ASSIGN_ROLE.value, AccessChangeKind.REVOKE_ROLE.value})
"""Kinds that give a role to a person or take it."""
RIGHT_KINDS = frozenset({AccessChangeKind.GRANT_RIGHT.value, AccessChangeKind.WITHDRAW_RIGHT.value})
"""Kinds that change what a role may do; they name no person."""
NEWCOMER_KINDS = frozenset({AccessChangeKind.CREATE_USER.value, AccessChangeKind.CREATE_SERVICE.value})
"""Kinds that make a new account."""


class AccessChangeState(TextChoices):
    """States of a change of access."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待批准")
    EFFECTIVE = "effective", _("已生效")
    REJECTED = "rejected", _("已驳回")


class ScopeKind(TextChoices):
    """How far a role reaches."""

    COMPANY = "company", _("全公司")
    SITE = "site", _("场所")
    WAREHOUSE = "warehouse", _("仓库")
    OWNER = "owner", _("货主")


DEMO_SENTENCES = {
    "purchasing_manager": _("批准采购订单"),
    "buyer": _("下采购订单、跟踪到货"),
    "receiver": _("到货收货、核对随货同行单"),
    "inspector": _("验收到货、扫描 UDI、签署验收结论"),
    "warehouse_manager": _("安排入库、移库与盘点"),
    "keeper": _("上架、保管与在库检查"),
    "sales_manager": _("批准销售订单"),
    "sales_staff": _("录入销售订单"),
    "picker": _("按批号拣货"),
    "reviewer": _("复核出库的货"),
    "quality_head": _("质量裁决、放行与让步批准"),
    "quality_staff": _("维护质量基础数据、批准系统权限"),
    "finance_manager": _("结账与财务审批"),
    "accountant": _("记账、核对往来"),
    "enterprise_head": _("查看全局"),
    "system_admin": _("管理人员与岗位"),
    "security_admin": _("账户恢复与安全审计"),
    "auditor": _("只读检查与追溯"),
}
"""Role code → what the role does in the demo, in the order the sign-in page offers them."""
