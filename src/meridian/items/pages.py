"""What the pages of the catalogue tell besides what is declared: how far the worker is with a snapshot."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from meridian.items.documents import CatalogueSnapshotDocument
from meridian.items.documents.catalogue_snapshot import FILE
from meridian.items.queries import progress_of
from meridian.items.vocabulary import SnapshotState
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.view import KeyValue, Text


def known_of_loading(declared: AnyDocumentType, document: Any, section: Text) -> Sequence[KeyValue]:
    """For a snapshot that is being loaded, how many identifiers were read; one statement, there alone."""
    if declared is not CatalogueSnapshotDocument or section != FILE or document.state != SnapshotState.LOADING:
        return ()
    progress = progress_of(document.pk)
    if progress is None:
        return (KeyValue(label=_("载入进度"), value=_("等待后台任务")),)
    return (
        KeyValue(label=_("载入进度"), value=_("已读 %(n)s 个标识") % {"n": f"{progress.done:,}"}),
        KeyValue(label=_("最近进展"), value=progress.touched_at, kind="datetime"),
    )
