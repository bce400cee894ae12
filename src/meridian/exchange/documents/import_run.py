"""Imports 导入."""

from django.utils.translation import gettext_lazy as _

from meridian.exchange import services
from meridian.exchange.models import ImportRun as Run
from meridian.exchange.queries import RunFacts, load_import_runs
from meridian.exchange.rules import (
    import_checked,
    import_has_rows,
    import_not_done_before,
    import_rows_all_right,
    imported_records_untouched,
)
from meridian.exchange.vocabulary import IMPORTERS, READERS
from meridian.exchange.vocabulary import RunState as S
from meridian.kernel.declare import DocumentType, Retention, Screen, Section, Series, Transition, View


class ImportRunDocument(DocumentType[Run, RunFacts]):
    """One file on its way into one kind of record: mapped, checked, run, and taken back while nothing rests on it."""

    code = "import_run"
    module = "exchange"
    slug = "import-runs"
    label = _("导入")
    help = _("把 Excel 或 CSV 文件导入为单据草稿：先校验全部行，确认后执行；未被改动时可整批撤销。")
    model = Run
    load = staticmethod(load_import_runs)
    states = S
    initial = S.DRAFT
    number = Series("DR-{yyyy}{mm}-{seq:04}")
    drafted_by = IMPORTERS
    read_by = READERS
    editable = (Run.policy, Run.choice)
    editable_in = (S.DRAFT,)
    creatable = False
    outside_content = (Run.new_count, Run.update_count, Run.bad_count, Run.finished_at)
    screen = Screen(
        columns=(Run.number, Run.target_name, Run.file_name, Run.row_count, Run.new_count, Run.update_count,
                 Run.same_count, Run.bad_count, Run.finished_at, Run.state),
        facts=(Run.target_name, Run.file_name, Run.row_count, Run.new_count, Run.update_count, Run.bad_count),
        filters=(Run.state, Run.finished_at),
        search=(Run.number, Run.file_name),
        views=(
            View(_("未完成"), (S.DRAFT, S.RUNNING), default=True), View(_("已导入"), (S.DONE, S.STOPPED)),
            View(_("全部")),
        ),
        sections=(
            Section(_("读取方式"), (Run.sheet, Run.heading_row, Run.policy, Run.choice, Run.same_count, Run.file_sha256,
                                Run.finished_at)),
        ),
        tones={S.DRAFT: "neutral", S.RUNNING: "info", S.DONE: "ok", S.STOPPED: "warn", S.UNDONE: "neutral",
               S.DISCARDED: "neutral"},
        flow=(S.DRAFT, S.RUNNING, S.DONE),
    )  # fmt: skip
    retention = Retention("R0", anchors=services.run_anchors)

    start = Transition[Run, RunFacts](
        label=_("开始导入"),
        source=(S.DRAFT,),
        target=S.RUNNING,
        allowed_to=IMPORTERS,
        gates=(import_checked, import_has_rows, import_rows_all_right, import_not_done_before),
        effect=services.start_import,
        help=_("由后台任务按校验过的列对应写入草稿，可看进度，可停止。"),
    )
    finish = Transition[Run, RunFacts](
        label=_("完成导入"),
        source=(S.RUNNING,),
        target=S.DONE,
        allowed_to=IMPORTERS,
        effect=services.finish_import,
        remedy_only=True,
    )
    send_back = Transition[Run, RunFacts](
        label=_("退回"),
        source=(S.RUNNING,),
        target=S.DRAFT,
        allowed_to=IMPORTERS,
        effect=services.give_back,
        reason_required=True,
        remedy_only=True,
    )
    stop = Transition[Run, RunFacts](
        label=_("停止"),
        source=(S.RUNNING,),
        target=S.STOPPED,
        allowed_to=IMPORTERS,
        effect=services.finish_import,
        primary=False,
        help=_("已写入的记录保留，可撤销；其余不再写入。"),
    )
    discard = Transition[Run, RunFacts](
        label=_("放弃"),
        source=(S.DRAFT,),
        target=S.DISCARDED,
        allowed_to=IMPORTERS,
        effect=services.give_back,
        primary=False,
    )
    undo = Transition[Run, RunFacts](
        label=_("撤销本批"),
        source=(S.DONE, S.STOPPED),
        target=S.UNDONE,
        allowed_to=IMPORTERS,
        gates=(imported_records_untouched,),
        effect=services.undo_import,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("新建的草稿删除，更新的恢复原值；审计追踪保留全部经过。"),
    )
