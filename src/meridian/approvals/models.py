"""Tables of approvals: policies with their bands, absences, cases and what each person is asked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.approvals.known import (
    category_choices,
    post_choices,
    qualification_choices,
    risk_choices,
    subject_choices,
)
from meridian.approvals.vocabulary import Origin, StepRule, TimeOut
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import MoneyField


class ApprovalPolicy(Document):
    """Who must agree to one kind of move, from a day on. A change is a new policy; running cases keep theirs."""

    name = models.CharField(_("名称"), max_length=80)
    subject = models.CharField(_("适用操作"), max_length=80, choices=subject_choices)
    effective_from = models.DateField(_("生效日期"))
    split_days = models.PositiveSmallIntegerField(
        _("拆单合计天数"), default=0,
        help_text=_("同一往来单位在此天数内的金额合计后再判断；0 表示不合计。"),
    )  # fmt: skip
    releaser_differs = models.BooleanField(_("办理人须不同于提交人"), default=False)
    note = models.TextField(_("备注"), blank=True, max_length=500)
    successor_id = models.UUIDField(null=True)
    """The policy that took its place."""

    class Meta:
        db_table = "approvals_policy"
        base_manager_name = "objects"
        verbose_name = _("审批策略")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="approval_policy_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="approval_policy_latest"),
            models.Index(fields=["subject", "state"], name="approval_policy_subject"),
        ]


class ApprovalPolicyLine(DocumentLine):
    """One assignee of one step of one band: amounts above `amount_over` and not above `amount_to`.

    An empty `amount_to`, category or risk means any. Where several bands hold, all their steps are asked.
    """

    document = CompanyForeignKey(ApprovalPolicy, on_delete=models.CASCADE)
    amount_over = MoneyField(_("金额超过"), default=0)
    amount_to = models.DecimalField(_("金额至（含）"), max_digits=18, decimal_places=2, null=True, blank=True)
    category = models.CharField(_("类别"), max_length=24, choices=category_choices, blank=True)
    risk = models.CharField(_("风险"), max_length=24, choices=risk_choices, blank=True)
    step = models.PositiveSmallIntegerField(_("步骤"), default=1)
    rule = models.CharField(_("方式"), max_length=8, choices=StepRule.choices)
    role = models.CharField(_("岗位"), max_length=48, choices=post_choices, blank=True)
    username = models.CharField(_("指定人员（登录名）"), max_length=80, blank=True)
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(_("指定人员"), max_length=80, blank=True)
    qualification = models.CharField(_("所需资格"), max_length=24, choices=qualification_choices, blank=True)
    limit_hours = models.PositiveSmallIntegerField(_("时限（小时）"), null=True, blank=True)
    time_out = models.CharField(_("超时处理"), max_length=8, choices=TimeOut.choices, blank=True)
    escalate_to = models.CharField(_("升级岗位"), max_length=48, choices=post_choices, blank=True)

    class Meta:
        db_table = "approvals_policy_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_to__isnull=True) | models.Q(amount_to__gt=models.F("amount_over")),
                name="approval_band_order",
            ),
            models.CheckConstraint(condition=models.Q(amount_over__gte=0), name="approval_band_not_negative"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="approval_policy_line_order")]


class Absence(Document):
    """A person is away, both days included; another of the same post agrees on their behalf."""

    person_id = models.UUIDField(_("离岗人"))
    person_name = models.CharField(_("离岗人"), max_length=80, blank=True)
    role = models.CharField(_("岗位"), max_length=48, choices=post_choices)
    delegate_username = models.CharField(_("代理人（登录名）"), max_length=80)
    delegate_id = models.UUIDField(_("代理人"))
    delegate_name = models.CharField(_("代理人"), max_length=80, blank=True)
    first_day = models.DateField(_("开始日期"))
    last_day = models.DateField(_("结束日期"))
    note = models.CharField(_("事由"), max_length=200, blank=True)

    class Meta:
        db_table = "approvals_absence"
        base_manager_name = "objects"
        verbose_name = _("离岗代理")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="absence_number"),
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_period"),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="absence_latest"),
            models.Index(fields=["delegate_id", "state"], name="absence_delegate"),
        ]


class ApprovalCase(Document):
    """The asking about one document: its figures and the hash of its content when it was submitted."""

    policy = CompanyForeignKey(ApprovalPolicy, verbose_name=_("审批策略"))
    policy_version = models.PositiveIntegerField(_("策略版次"))
    subject = models.CharField(_("操作"), max_length=80, choices=subject_choices)
    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    document_number = models.CharField(_("单据"), max_length=40)
    summary = models.CharField(_("摘要"), max_length=200, blank=True)
    amount = MoneyField(_("金额"))
    counted_amount = MoneyField(_("合计金额"), help_text=_("与同一往来单位近期单据合计，用于判断金额档。"))
    categories = models.CharField(_("类别"), max_length=200, blank=True)
    risk = models.CharField(_("风险"), max_length=24, choices=risk_choices, blank=True)
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    makers = models.JSONField(default=list)
    """Ids of all who wrote the document or submitted it: none of them agrees."""
    copied_to = models.CharField(_("抄送"), max_length=200, blank=True)
    reminded_at = models.DateTimeField(_("上次催办"), null=True)

    class Meta:
        db_table = "approvals_case"
        base_manager_name = "objects"
        verbose_name = _("审批单")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="approval_case_number"),
            models.UniqueConstraint(fields=["document_id", "subject", "company_id"], name="approval_case_running_once",
                                    condition=models.Q(state="running")),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["company_id", "-id"], name="approval_case_latest"),
            models.Index(fields=["document_id", "subject"], name="approval_case_document"),
            models.Index(fields=["company_id", "created_by_id"], name="approval_case_submitter"),
        ]


class ApprovalTask(Document):
    """What one person, or whoever holds a post, is asked in one step of a case; the vote is its transition."""

    case = CompanyForeignKey(ApprovalCase, verbose_name=_("审批单"))
    document_number = models.CharField(_("单据"), max_length=40)
    summary = models.CharField(_("摘要"), max_length=200, blank=True)
    counted_amount = MoneyField(_("合计金额"))
    subject_hash = models.CharField(_("内容摘要"), max_length=64)
    step = models.PositiveSmallIntegerField(_("步骤"))
    turn = models.PositiveSmallIntegerField(_("次序"))
    rule = models.CharField(_("方式"), max_length=8, choices=StepRule.choices)
    seat = models.UUIDField()
    """Tasks of one seat stand for each other: handed on, or escalated beside."""
    parent_seat = models.UUIDField(null=True)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin.choices)
    role = models.CharField(_("岗位"), max_length=48, choices=post_choices, blank=True)
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(_("审批人"), max_length=80, blank=True)
    through = models.JSONField(default=list)
    """Ids of those through whose hands it came."""
    through_names = models.CharField(_("经手"), max_length=200, blank=True)
    qualification = models.CharField(_("所需资格"), max_length=24, choices=qualification_choices, blank=True)
    next_username = models.CharField(_("转交给（登录名）"), max_length=80, blank=True)
    next_id = models.UUIDField(null=True)
    next_name = models.CharField(_("转交给"), max_length=80, blank=True)
    voted_by_name = models.CharField(_("办理人"), max_length=80, blank=True)
    behalf_of_name = models.CharField(_("代表"), max_length=80, blank=True)
    answer = models.CharField(max_length=12, blank=True)
    """The state it is about to reach, written before what follows from it is judged."""
    is_open = models.BooleanField(_("轮到"), default=False)
    opened_at = models.DateTimeField(_("轮到时间"), null=True)
    due_at = models.DateTimeField(_("截止时间"), null=True)
    limit_hours = models.PositiveSmallIntegerField(_("时限（小时）"), null=True, blank=True)
    time_out = models.CharField(_("超时处理"), max_length=8, choices=TimeOut.choices, blank=True)
    escalate_to = models.CharField(_("升级岗位"), max_length=48, choices=post_choices, blank=True)
    timed_out_at = models.DateTimeField(_("超时时间"), null=True)

    class Meta:
        db_table = "approvals_task"
        base_manager_name = "objects"
        verbose_name = _("审批任务")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="approval_task_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="approval_task_latest"),
            models.Index(fields=["case", "step", "turn"], name="approval_task_case"),
            models.Index(fields=["company_id", "due_at"], name="approval_task_open", condition=models.Q(is_open=True)),
        ]
