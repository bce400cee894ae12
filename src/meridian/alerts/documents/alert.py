"""The alert 预警: a thing, its fact and consequence, and the person who has it."""

from django.utils.translation import gettext_lazy as _

from meridian.alerts import services
from meridian.alerts.models import Alert
from meridian.alerts.queries import AlertFacts, load_alerts
from meridian.alerts.rules import alert_concerns_actor, ignored_until_given, ignored_until_near
from meridian.alerts.vocabulary import POSTS, WATCHERS, AlertState
from meridian.kernel.declare import DocumentType, Retention, Screen, Section, Series, Transition, View

S = AlertState


class AlertDocument(DocumentType[Alert, AlertFacts]):
    """Raised by a rule, owned by a person, dealt with or cleared with its cause (GSP Art 51(5), ※5.51(5))."""

    code = "alert"
    module = "alerts"
    slug = "alerts"
    label = _("预警")
    help = _("由规则自动产生，指定到人；原因消除后自动关闭，逾期未处理上报下一岗位。")
    model = Alert
    load = staticmethod(load_alerts)
    states = S
    initial = S.NEW
    number = Series("YJ-{yyyy}{mm}-{seq:05}")
    drafted_by = POSTS
    read_by = WATCHERS
    editable = (Alert.ignore_until,)
    editable_in = (S.NEW, S.CLAIMED, S.IN_PROGRESS)
    creatable = False
    retention = Retention("R10")
    screen = Screen(
        columns=(
            Alert.fact, Alert.severity, Alert.stage, Alert.due_on, Alert.owner_name, Alert.respond_by, Alert.rule,
            Alert.subject_number, Alert.number, Alert.state,
        ),
        facts=(Alert.subject_number, Alert.severity, Alert.stage, Alert.due_on, Alert.owner_name, Alert.respond_by),
        filters=(Alert.severity, Alert.rule, Alert.stage, Alert.state, Alert.owner_name, Alert.due_on),
        search=(Alert.number, Alert.subject_number, Alert.owner_name),
        views=(
            View(_("待处理"), (S.NEW, S.CLAIMED, S.IN_PROGRESS), default=True),
            View(_("暂不提醒"), (S.RESOLVED, S.IGNORED)),
            View(_("全部")),
        ),
        sections=(
            Section(_("事实与影响"), (Alert.fact, Alert.consequence, Alert.rule)),
            Section(_("责任"), (
                Alert.owner_name, Alert.owner_post, Alert.level, Alert.respond_by, Alert.ignore_until,
                Alert.quiet_until,
            )),
        ),
        tones={
            S.NEW: "bad", S.CLAIMED: "info", S.IN_PROGRESS: "violet", S.RESOLVED: "ok", S.IGNORED: "neutral",
            S.CLEARED: "ok",
        },
        flow=(S.NEW, S.CLAIMED, S.IN_PROGRESS, S.RESOLVED),
    )  # fmt: skip

    claim = Transition[Alert, AlertFacts](
        label=_("认领"),
        source=(S.NEW,),
        target=S.CLAIMED,
        allowed_to=POSTS,
        gates=(alert_concerns_actor,),
        effect=services.take,
    )
    start = Transition[Alert, AlertFacts](
        label=_("开始处理"),
        source=(S.CLAIMED,),
        target=S.IN_PROGRESS,
        allowed_to=POSTS,
        gates=(alert_concerns_actor,),
    )
    resolve = Transition[Alert, AlertFacts](
        label=_("处理完毕"),
        source=(S.CLAIMED, S.IN_PROGRESS),
        target=S.RESOLVED,
        allowed_to=POSTS,
        gates=(alert_concerns_actor,),
        reason_required=True,
        effect=services.rest_resolved,
        help=_("写明做了什么；原因仍在的，一周后或进入下一阶段时再次提醒。"),
    )
    take_over = Transition[Alert, AlertFacts](
        label=_("接手"),
        source=(S.CLAIMED, S.IN_PROGRESS),
        target=S.CLAIMED,
        allowed_to=POSTS,
        gates=(alert_concerns_actor,),
        reason_required=True,
        effect=services.take,
        primary=False,
    )
    ignore = Transition[Alert, AlertFacts](
        label=_("忽略"),
        source=(S.NEW, S.CLAIMED, S.IN_PROGRESS),
        target=S.IGNORED,
        allowed_to=POSTS,
        gates=(alert_concerns_actor, ignored_until_given, ignored_until_near),
        reason_required=True,
        effect=services.rest_ignored,
        primary=False,
    )
    come_back = Transition[Alert, AlertFacts](
        label=_("再次提醒"),
        source=(S.RESOLVED, S.IGNORED),
        target=S.NEW,
        allowed_to=(),
        effect=services.wake,
        primary=False,
        help=_("由系统办理：原因仍在，暂不提醒的期限已过或进入下一阶段。"),
    )
    clear = Transition[Alert, AlertFacts](
        label=_("自动消除"),
        source=(S.NEW, S.CLAIMED, S.IN_PROGRESS, S.RESOLVED, S.IGNORED),
        target=S.CLEARED,
        allowed_to=(),
        primary=False,
        help=_("由系统办理：原因已不存在。"),
    )
