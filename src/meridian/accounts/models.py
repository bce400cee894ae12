"""Changes of access as documents, tokens of the API, and links by which a person sets credentials."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.accounts.vocabulary import AccessChangeKind, ScopeKind
from meridian.kernel.models import Document
from meridian.kernel.tenancy import Evidence, SharedModel


class AccessChange(Document):
    """One change of a person's access or of a post's rights, asked by administration, put into force by quality.

    The names beside codes and keys are kept as they were when it was drafted (GSP Art 19).
    """

    kind = models.CharField(_("变更"), max_length=16, choices=AccessChangeKind.choices)
    username = models.CharField(
        _("登录名"), max_length=80, blank=True, help_text=_("登录名一经使用不再改派他人；改动岗位权限时不填。")
    )
    person_name = models.CharField(_("姓名"), max_length=80, blank=True, help_text=_("新增人员时必填。"))
    role_code = models.CharField(
        _("岗位代码"), max_length=48, blank=True, help_text=_("授予或收回岗位、改动岗位权限时必填。")
    )
    role_name = models.CharField(_("岗位"), max_length=80, blank=True)
    permission = models.CharField(_("权限代码"), max_length=120, blank=True, help_text=_("改动岗位权限时必填。"))
    permission_name = models.CharField(_("权限"), max_length=160, blank=True)
    scope_kind = models.CharField(_("范围"), max_length=16, choices=ScopeKind.choices, default=ScopeKind.COMPANY)
    scope_id = models.UUIDField(_("范围对象"), null=True, blank=True)
    scope_name = models.CharField(_("范围对象"), max_length=120, blank=True)
    valid_from = models.DateTimeField(_("生效"), null=True, blank=True, help_text=_("为空表示批准时生效。"))
    valid_until = models.DateTimeField(_("失效"), null=True, blank=True, help_text=_("为空表示长期有效。"))
    justification = models.TextField(_("理由"))

    class Meta:
        db_table = "accounts_access_change"
        base_manager_name = "objects"
        verbose_name = _("权限变更")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="accounts_access_change_number"),
        ]


class ApiToken(SharedModel):
    """A key of the API. Only its SHA-256 is stored; it narrows its person's rights to `scopes`, never widens them."""

    evidence = Evidence.GOVERNED

    company_id = models.UUIDField()
    user_id = models.UUIDField()
    label = models.CharField(_("用途"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    """Permissions such as `warehouse.read_goods_receipt`."""
    expires_at = models.DateTimeField(_("失效"))
    revoked_at = models.DateTimeField(_("撤销"), null=True)

    class Meta:
        db_table = "accounts_api_token"
        verbose_name = _("接口令牌")


class CredentialLink(SharedModel):
    """A link by which one person sets a password once. Only its hash is stored; 24 hours, one use."""

    evidence = Evidence.GOVERNED

    company_id = models.UUIDField()
    user_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("失效"))
    used_at = models.DateTimeField(_("使用"), null=True)

    class Meta:
        db_table = "accounts_credential_link"
        verbose_name = _("设置密码链接")
