"""Tables of alerts: each alert, what was set about a rule, and who was told what and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import rule_choices
from meridian.alerts.vocabulary import AlertState, Severity, Stage, TellingKind
from meridian.alerts.wording import SentenceField
from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyModel, Evidence


class Alert(Document):
    """One thing one rule found, and the person who has it. There is one that is not cleared for each rule and thing."""

    rule = models.CharField(_("预警规则"), max_length=48, choices=rule_choices)
    severity = models.CharField(_("严重程度"), max_length=12, choices=Severity.choices)
    stage = models.IntegerField(_("阶段"), choices=Stage.choices, null=True)
    subject_type = models.CharField(_("对象类型"), max_length=48)
    subject_id = models.UUIDField(_("对象"))
    subject_number = models.CharField(_("对象"), max_length=160)
    fact = SentenceField(_("事实"))
    consequence = SentenceField(_("影响"))
    url = models.CharField(_("处理入口"), max_length=300)
    due_on = models.DateField(_("到期日"), null=True)
    owner_id = models.UUIDField(_("责任人"))
    owner_name = models.CharField(_("责任人"), max_length=80)
    owner_post = models.CharField(_("责任岗位"), max_length=48)
    level = models.PositiveSmallIntegerField(_("上报级次"), default=0)
    respond_by = models.DateField(_("处理期限"))
    ignore_until = models.DateField(_("忽略至"), null=True, blank=True, help_text=_("忽略前填写；到期后再次提醒。"))
    quiet_until = models.DateField(_("暂不提醒至"), null=True)

    class Meta:
        db_table = "alerts_alert"
        base_manager_name = "objects"
        verbose_name = _("预警")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="alert_number"),
            models.UniqueConstraint(
                fields=["rule", "subject_id", "company_id"],
                condition=~models.Q(state=AlertState.CLEARED.value),
                name="alert_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="alert_latest"),
            models.Index(fields=["owner_id", "state"], name="alert_owner"),
            models.Index(fields=["subject_id"], name="alert_subject"),
        ]


class AlertSetting(Document):
    """What a company set about one rule; the latest in force counts, an empty column leaves the rule's own value."""

    rule = models.CharField(_("预警规则"), max_length=48, choices=rule_choices)
    answer_days = models.PositiveSmallIntegerField(
        _("响应天数"), null=True, blank=True, help_text=_("超过天数无人处理，上报下一岗位；空白用规则自带的天数。")
    )
    escalate_to = models.CharField(
        _("上报岗位"), max_length=48, blank=True, help_text=_("岗位代码；空白用规则自带的顺序。")
    )
    muted_until = models.DateField(
        _("静默至"), null=True, blank=True, help_text=_("至该日止不产生新预警、不提醒；已消除的照常关闭。")
    )
    justification = models.CharField(_("理由"), max_length=300)
    effective_at = models.DateTimeField(_("生效时间"), null=True)

    class Meta:
        db_table = "alerts_setting"
        base_manager_name = "objects"
        verbose_name = _("预警设置")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="alert_setting_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="alert_setting_latest")]


class Telling(CompanyModel):
    """A person was told of an alert: at which stage, why and when (UTC). Never changed: it proves the warning."""

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    alert_id = models.UUIDField(_("预警"))
    alert_number = models.CharField(_("单号"), max_length=40)
    rule = models.CharField(_("预警规则"), max_length=48)
    kind = models.CharField(_("类型"), max_length=12, choices=TellingKind.choices)
    stage = models.IntegerField(_("阶段"), choices=Stage.choices, null=True)
    severity = models.CharField(_("严重程度"), max_length=12, choices=Severity.choices)
    person_id = models.UUIDField(_("责任人"))
    person_name = models.CharField(_("责任人"), max_length=80)
    post = models.CharField(_("责任岗位"), max_length=48)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        db_table = "alerts_telling"
        base_manager_name = "objects"
        verbose_name = _("预警告知")
        indexes = [
            models.Index(fields=["alert_id", "id"], name="telling_alert"),
            models.Index(fields=["person_id", "-id"], name="telling_person"),
        ]


class Delivery(CompanyModel):
    """A telling on its way to a person by another channel than the product: the log of every try."""

    evidence = Evidence.LOCAL

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        GIVEN_UP = "given_up", _("已放弃")

    telling_id = models.UUIDField()
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)
    """The kind of the last failure; never a word of the letter or of a password."""

    class Meta:
        db_table = "alerts_delivery"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["telling_id", "channel", "company_id"], name="delivery_once"),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]
