"""Snapshots of the published catalogue of device identifiers 目录快照."""

from django.utils.translation import gettext_lazy as _

from meridian.items import services
from meridian.items.models import CatalogueSnapshot as Snapshot
from meridian.items.queries import SnapshotFacts, load_catalogue_snapshots
from meridian.items.rules import snapshot_file_attached, snapshot_file_readable
from meridian.items.vocabulary import SnapshotState as S
from meridian.kernel.declare import DocumentType, Retention, Screen, Section, Series, Transition, View
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES

FILE = _("文件")
"""The section about the file; how far its loading is stands there too."""


class CatalogueSnapshotDocument(DocumentType[Snapshot, SnapshotFacts]):
    """The national UDI database as it stood on a day: what acceptance compares the lots' identifiers with (G19)."""

    code = "catalogue_snapshot"
    module = "items"
    slug = "catalogue-snapshots"
    label = _("UDI 目录快照")
    help = _("国家药监局 UDI 数据库的下载文件：先放入附件，再载入；验收放行时按最新快照核对产品标识。")
    model = Snapshot
    load = staticmethod(load_catalogue_snapshots)
    states = S
    initial = S.DRAFT
    number = Series("ML-{seq:05}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (Snapshot.snapshot_on, Snapshot.source)
    scope = {}  # a master of the whole company
    editable_in = (S.DRAFT,)
    outside_content = (Snapshot.entry_count, Snapshot.file_sha256, Snapshot.entries_digest, Snapshot.loaded_at)
    screen = Screen(
        columns=(Snapshot.number, Snapshot.snapshot_on, Snapshot.source, Snapshot.entry_count, Snapshot.loaded_at,
                 Snapshot.state),
        facts=(Snapshot.snapshot_on, Snapshot.source, Snapshot.entry_count, Snapshot.loaded_at),
        filters=(Snapshot.state,),
        search=(Snapshot.number, Snapshot.source),
        views=(View(_("已载入"), (S.LOADED,), default=True), View(_("待载入"), (S.DRAFT, S.LOADING)), View(_("全部"))),
        sections=(Section(FILE, (Snapshot.file_sha256, Snapshot.entries_digest)),),
        tones={S.DRAFT: "neutral", S.LOADING: "info", S.LOADED: "ok"},
        flow=(S.DRAFT, S.LOADING, S.LOADED),
    )  # fmt: skip
    retention = Retention("R0", anchors=services.snapshot_anchors)

    load_in_background = Transition[Snapshot, SnapshotFacts](
        label=_("后台载入"),
        source=(S.DRAFT,),
        target=S.LOADING,
        allowed_to=QUALITY_ROLES,
        gates=(snapshot_file_attached,),
        help=_("大文件由后台任务载入，可看进度，可取消；文件有误会退回草稿并写明原因。"),
    )
    finish_loading = Transition[Snapshot, SnapshotFacts](
        label=_("完成载入"),
        source=(S.LOADING,),
        target=S.LOADED,
        allowed_to=QUALITY_ROLES,
        gates=(snapshot_file_attached, snapshot_file_readable),
        effect=services.load_catalogue,
        remedy_only=True,
    )
    cancel_loading = Transition[Snapshot, SnapshotFacts](
        label=_("取消载入"),
        source=(S.LOADING,),
        target=S.DRAFT,
        allowed_to=QUALITY_ROLES,
        primary=False,
    )
    load_file = Transition[Snapshot, SnapshotFacts](
        label=_("载入目录"),
        source=(S.DRAFT,),
        target=S.LOADED,
        allowed_to=QUALITY_ROLES,
        gates=(snapshot_file_attached, snapshot_file_readable),
        effect=services.load_catalogue,
        primary=False,
    )
