"""What is set about a rule 预警设置: how fast it is answered, whom it goes to next, whether it is muted."""

from django.utils.translation import gettext_lazy as _

from meridian.alerts import services
from meridian.alerts.models import AlertSetting as Setting
from meridian.alerts.queries import SettingFacts, load_settings
from meridian.alerts.rules import alert_setting_says_something, escalation_post_known, mute_within_limit
from meridian.alerts.vocabulary import SETTERS, SIGNERS, WATCHERS, SettingState
from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Section, Series, Transition, View

S = SettingState


class AlertSettingDocument(DocumentType[Setting, SettingFacts]):
    """A signed change of how one rule warns; what it leaves empty stays as the rule has it."""

    code = "alert_setting"
    module = "alerts"
    slug = "alert-settings"
    label = _("预警设置")
    help = _("调整一条预警规则的响应天数、上报岗位，或静默一段时间；签署后生效，最后生效的一份起作用。")
    model = Setting
    load = staticmethod(load_settings)
    states = S
    initial = S.DRAFT
    number = Series("YJSZ-{yyyy}-{seq:04}")
    drafted_by = SETTERS
    read_by = WATCHERS
    editable = (Setting.rule, Setting.answer_days, Setting.escalate_to, Setting.muted_until, Setting.justification)
    editable_in = (S.DRAFT,)
    scope = {}  # counts for the whole company
    outside_content = (Setting.effective_at,)
    retention = Retention("R10")
    screen = Screen(
        columns=(
            Setting.number, Setting.rule, Setting.answer_days, Setting.escalate_to, Setting.muted_until,
            Setting.effective_at, Setting.state,
        ),
        facts=(Setting.rule, Setting.answer_days, Setting.escalate_to, Setting.muted_until, Setting.effective_at),
        filters=(Setting.rule, Setting.state, Setting.muted_until),
        search=(Setting.number, Setting.justification),
        views=(View(_("在用"), (S.DRAFT, S.IN_FORCE), default=True), View(_("全部"))),
        sections=(Section(_("理由"), (Setting.justification,)),),
        tones={S.DRAFT: "neutral", S.IN_FORCE: "ok", S.WITHDRAWN: "bad"},
        flow=(S.DRAFT, S.IN_FORCE),
    )  # fmt: skip

    put_into_force = Transition[Setting, SettingFacts](
        label=_("签署生效"),
        source=(S.DRAFT,),
        target=S.IN_FORCE,
        allowed_to=SIGNERS,
        gates=(alert_setting_says_something, escalation_post_known, mute_within_limit),
        signature=Meaning.APPROVED,
        effect=services.put_setting_into_force,
    )
    withdraw = Transition[Setting, SettingFacts](
        label=_("撤回"),
        source=(S.DRAFT, S.IN_FORCE),
        target=S.WITHDRAWN,
        allowed_to=SIGNERS,
        signature=Meaning.APPROVED,
        reason_required=True,
        primary=False,
        danger=True,
    )
