"""How the sealed evidence stands: the heads of the logs, what waits for the sealer, the last verification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from meridian.evidence.verify import TAIL_LIMIT
from meridian.kernel.context import current_company_id
from meridian.kernel.evidence.catalogue import SHARED_LOG
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import Store
from meridian.kernel.sql import fetch
from meridian.kernel.store import kind_of_store
from meridian.platform.jobs.health import JobState, states
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.formats import instant
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    KeyValue,
    LineGrid,
    Note,
    Row,
    Section,
)
from meridian.platform.screens.views import shown
from meridian.site.operations.pages import WATCHERS
from meridian.site.periodic_jobs import VERIFY

URL = "/compliance/evidence"
READERS = WATCHERS | {"quality_head", "quality_staff", "enterprise_head"}
"""Posts that answer for the records, or inspect them."""

_HEADS = """
SELECT DISTINCT ON (log_id) log_id, tree_size, root_hash, key_id, at FROM kernel_head
WHERE log_id = ANY(%s) ORDER BY log_id, tree_size DESC
"""
_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8 FROM kernel_unsealed
WHERE company_id IS NULL OR company_id = %s
"""


@dataclass(frozen=True)
class Head:
    """The newest signed head of a log."""

    log_id: UUID
    leaves: int
    root: str
    key_id: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """The evidence of the company in scope and of what all companies share."""

    heads: Sequence[Head]
    waiting: int
    """Transactions not sealed yet."""
    oldest: timedelta
    """How long the oldest of them waits."""
    verified: JobState

    @property
    def is_late(self) -> bool:
        """Whether the sealer has not kept its minute."""
        return self.oldest > TAIL_LIMIT


def standing() -> Standing:
    """Reads it: five statements, whatever there is."""
    company_id = current_company_id()
    rows = fetch(_HEADS, [[company_id, SHARED_LOG]])
    [(waiting, seconds)] = fetch(_WAITING, [company_id])
    verified = next(state for state in states() if state.job.name == VERIFY)
    heads = [Head(log_id, size, bytes(root).hex(), key, at) for log_id, size, root, key, at in rows]
    heads.sort(key=lambda head: head.log_id == SHARED_LOG)
    return Standing(heads, waiting, timedelta(seconds=max(0.0, seconds)), verified)


def badge_of(now: Standing) -> Badge:
    """The evidence in two words; computed anew each time it is shown."""
    if now.verified.failed_last:
        return Badge(label=_("链校验未通过"), tone="bad")
    if now.is_late:
        return Badge(label=_("封存滞后"), tone="warn")
    if now.verified.succeeded_at is None:
        return Badge(label=_("链尚未校验"), tone="neutral")
    return Badge(label=_("链完整 · 已校验 %(at)s") % {"at": instant(now.verified.succeeded_at)[:16]}, tone="ok")


def proof() -> tuple[Badge, str]:
    """What stands beside every trail."""
    return badge_of(standing()), URL


@for_reader
@require_safe
def evidence_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The proof behind the badge; 403 for those whose post has nothing to do with it."""
    if not READERS & reader.grants.roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有查看证据封存的权限。"),
                      owner="quality_head")  # fmt: skip
    now = standing()
    is_how = request.GET.get("section") == "how"
    page = DocumentPage(
        type_label=_("合规"),
        number=_("证据封存"),
        url=URL,
        status=badge_of(now),
        crumbs=(Crumb(label=_("合规")), Crumb(label=_("证据封存"))),
        note=_note(now),
        facts=_facts(now),
        sections=(
            Section(name="heads", label=_("封存头"), url=URL, is_current=not is_how, count=len(now.heads),
                    lines=None if is_how else _heads(now.heads)),
            Section(name="how", label=_("怎样校验"), url=f"{URL}?section=how", is_current=is_how,
                    facts=_how() if is_how else ()),
        ),
    )  # fmt: skip
    return shown(request, reader, "document.html", page)


def _note(now: Standing) -> Note | None:
    """What has to be done about it, if anything."""
    if now.verified.failed_last:
        sentence = _("上次校验未通过：%(told)s。请在服务器上运行 ./meridian verify，它逐行指出表、行与时间。")
        return Note(sentence=sentence % {"told": now.verified.told}, tone="bad", icon="alert-triangle")
    if now.is_late:
        sentence = _("最早一笔已等待 %(seconds)s 秒，应在 60 秒内封存。请系统管理员查看后台任务。")
        return Note(sentence=sentence % {"seconds": int(now.oldest.total_seconds())}, tone="warn", icon="clock")
    return None


def _facts(now: Standing) -> tuple[Fact, ...]:
    verified = now.verified
    at = verified.failed_at if verified.failed_last else verified.succeeded_at
    outcome = _("通过 · 核对 %(rows)s 行") % {"rows": verified.told} if at else _("每天夜间校验一次")
    if verified.failed_last:
        outcome = _("未通过")
    oldest = _("最早一笔 %(seconds)s 秒前") % {"seconds": int(now.oldest.total_seconds())}
    newest = max((head.at for head in now.heads), default=None)
    kind = kind_of_store()
    waiting = ngettext("%(count)s 笔", "%(count)s 笔", now.waiting) % {"count": now.waiting}
    return (
        Fact(label=_("上次校验"), value=at, kind="datetime", note=outcome,
             note_tone="bad" if verified.failed_last else "ok" if at else None),
        Fact(label=_("最近封存"), value=newest, kind="datetime"),
        Fact(label=_("等待封存"), value=waiting if now.waiting else _("无"), note=oldest if now.waiting else "",
             note_tone="warn" if now.is_late else None),
        Fact(label=_("签名密钥"), value=now.heads[0].key_id if now.heads else None),
        Fact(label=_("数据库类型"), value=kind.label, note="" if kind is Store.Kind.NORMAL else _("可用模拟时钟")),
    )  # fmt: skip


def _heads(heads: Sequence[Head]) -> LineGrid:
    columns = (
        Column(name="log", label=_("日志"), phone="title"),
        Column(name="leaves", label=_("已封存行数"), kind="number", phone="status"),
        Column(name="root", label=_("根散列（SHA-256）"), phone="sub", width="wide"),
        Column(name="key", label=_("签名密钥"), phone="fact"),
        Column(name="at", label=_("封存时间"), kind="datetime", phone="fact"),
    )
    rows = tuple(
        Row(key=str(head.log_id), cells=(
            Cell(value=_("各公司共用") if head.log_id == SHARED_LOG else provided().company_name(), strong=True),
            Cell(kind="number", value=head.leaves), Cell(value=head.root), Cell(value=head.key_id),
            Cell(kind="datetime", value=head.at),
        ))
        for head in heads
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("还没有封存任何记录；首批记录在写入后一分钟内封存"))


def _how() -> tuple[KeyValue, ...]:
    return (
        KeyValue(label=_("整库"), value="./meridian verify", is_code=True,
                 note=_("在服务器上运行：逐行核对封存的记录、审计追踪、封存头与账簿，指出被改动的表、行与时间。")),
        KeyValue(label=_("一张单据"), value="python3 verify_bundle.py BUNDLE.zip --key KEY.pub", is_code=True,
                 note=_("在单据的打印菜单中下载证据包；核对只需要 Python，公钥须另行取得。")),
        KeyValue(label=_("封存头副本"), value="<store>/heads/", is_code=True,
                 note=_("请定期复制到数据库管理员不能改写的地方；公钥在 <store>/keys/。")),
    )  # fmt: skip
