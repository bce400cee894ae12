"""Persons, roles and rights. Roles grant permissions within a scope; separation of duty is data."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence, TableModel, Tenancy
from meridian.kernel.values.identity import uuid7


class UserManager(BaseUserManager["User"]):
    """Persons by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, TableModel):
    """A person (or a named service) that signs in. Never deleted and never reused: names stand in signed records."""

    tenancy = Tenancy.SHARED
    evidence = Evidence.GOVERNED

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("登录名"), max_length=80, unique=True)
    name = models.CharField(_("姓名"), max_length=80)
    email = models.EmailField(_("邮箱"), blank=True)
    company_id = models.UUIDField(_("公司"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_machine = models.BooleanField(_("服务账户"), default=False)
    language = models.CharField(_("语言"), max_length=8, default="zh-hans")
    theme = models.CharField(_("主题"), max_length=8, default="system")
    last_login = models.DateTimeField(_("上次登录"), null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "kernel_user"

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Nobody enters Django's own admin; it is not installed."""
        return False


class Role(CompanyModel):
    """A post of the company; its code names it in declarations."""

    evidence = Evidence.GOVERNED

    code = models.CharField(_("代码"), max_length=48)
    name = models.CharField(_("名称"), max_length=80)

    class Meta:
        db_table = "kernel_role"
        constraints = [models.UniqueConstraint(fields=["code", "company_id"], name="kernel_role_code")]

    def __str__(self) -> str:
        return self.name


class RolePermission(CompanyModel):
    """A right that a role grants: `<module>.<transition>_<document>`, `<module>.read_<document>` and the like."""

    evidence = Evidence.GOVERNED
    trail_as_set = True

    role = CompanyForeignKey(Role)
    permission = models.CharField(max_length=120)

    class Meta:
        db_table = "kernel_role_permission"
        constraints = [
            models.UniqueConstraint(fields=["role", "permission", "company_id"], name="kernel_role_permission_once")
        ]


class RoleAssignment(CompanyModel):
    """A person holds a role, within a scope and a period. `scope_kind` is `company`, `site`, `warehouse` or `owner`."""

    evidence = Evidence.GOVERNED

    user_id = models.UUIDField()
    role = CompanyForeignKey(Role)
    scope_kind = models.CharField(_("范围"), max_length=16, default="company")
    scope_id = models.UUIDField(null=True)
    valid_from = models.DateTimeField(_("生效"))
    valid_until = models.DateTimeField(_("失效"), null=True)

    class Meta:
        db_table = "kernel_role_assignment"
        indexes = [models.Index(fields=["user_id", "company_id"], name="kernel_role_assignment_user")]


class SeparationRule(CompanyModel):
    """Two roles nobody may hold together, with the reason; checked when granted and when used."""

    evidence = Evidence.GOVERNED

    role_code = models.CharField(max_length=48)
    excludes_code = models.CharField(max_length=48)
    reason = models.CharField(max_length=200)

    class Meta:
        db_table = "kernel_separation_rule"
        constraints = [
            models.UniqueConstraint(fields=["role_code", "excludes_code", "company_id"], name="kernel_separation_once")
        ]
