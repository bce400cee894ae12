"""Saved views and columns of a list: read for its page, written when somebody sets them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.prepared import KEY, prepared, records
from meridian.platform.screens.derive.reader import Reader
from meridian.workspace.arranging import Layout, layout_of
from meridian.workspace.models import ListLayout, SavedView

LONGEST_NAME, LONGEST_QUERY = 40, 2_000
VIEWS_MAX = 30
"""Views one person keeps for one list."""
NOT_KEPT = ("after", "before", "saved")


@dataclass(frozen=True)
class SetUp:
    """What a reader keeps for a list: their views and those shared with their posts, and their columns by view."""

    views: Sequence[SavedView]
    layouts: dict[str, Layout]
    reader_id: UUID

    def view(self, key: str) -> SavedView | None:
        """The saved view of this id, if the reader may see it."""
        return next((view for view in self.views if str(view.pk) == key), None)

    @property
    def default(self) -> SavedView | None:
        """The view the list opens with: the reader's own choice before one shared with their post."""
        defaults = [view for view in self.views if view.is_default]
        return min(defaults, key=lambda view: view.owner_id != self.reader_id, default=None)


def set_up_of(declared: AnyDocumentType, reader: Reader) -> SetUp:
    """Two statements."""
    user_id, code, posts = reader.actor.user_id, declared.code, sorted(reader.grants.roles)

    def seen(rows: QuerySet[SavedView]) -> QuerySet[SavedView]:
        return rows.filter(Q(owner_id=KEY) | Q(role__in=posts), document_type=code).order_by("role", "name")

    def arranged() -> QuerySet[ListLayout, Any]:
        return ListLayout.objects.filter(owner_id=KEY, document_type=code).values("view", "columns")

    views = records(SavedView, f"{code} for {posts}", seen, user_id)
    layouts = prepared((ListLayout, code), arranged).tuples(user_id)
    known = {view: layout for view, columns in layouts if (layout := layout_of(columns)) is not None}
    return SetUp(views, known, user_id)


def kept_query(query: QueryDict) -> str:
    """What a saved view keeps of an address: everything but the place in the pages."""
    kept = query.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    return kept.urlencode()


def save_view(
    declared: AnyDocumentType, reader: Reader, *, name: str, query: str, role: str, is_default: bool,
    replaced: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keeps a view, new or in place of one of the reader's own; its default takes that mark from their others.

    Raises Refused 422 for a name that is empty, too long or taken, 403 for a post the reader does not hold, 404.
    """
    actor, name = reader.actor, " ".join(name.split())
    own = SavedView.objects.filter(owner_id=actor.user_id, document_type=declared.code)
    if not name or len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("视图名称为 1 至 {limit} 个字符。", limit=LONGEST_NAME), field_name="name")  # fmt: skip
    if role and role not in reader.grants.roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("只能与自己担任的岗位共享视图。"))
    with open_act(actor):
        others = own.exclude(pk=replaced) if replaced is not None else own
        if others.filter(name=name).exists():
            raise refusal("view_name_taken", HTTPStatus.CONFLICT,
                          message("您已有名为“{name}”的视图。", name=name), field_name="name")  # fmt: skip
        if others.count() >= VIEWS_MAX:
            raise refusal(
                "too_many", HTTPStatus.CONFLICT, message("每个列表最多保存 {limit} 个视图。", limit=VIEWS_MAX)
            )
        if is_default:
            others.filter(is_default=True).update(is_default=False)
        values = {"name": name, "query": query, "role": role, "is_default": is_default}
        if replaced is None:
            return SavedView.objects.create(owner_id=actor.user_id, document_type=declared.code, **values).pk
        if not own.filter(pk=replaced).update(**values):
            raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个视图，或它不是您的。"))
        return replaced


def delete_view(declared: AnyDocumentType, actor: Actor, key: UUID) -> None:
    """Deletes one of the actor's own views with its columns; raises Refused 404."""
    with open_act(actor):
        own = SavedView.objects.filter(owner_id=actor.user_id, document_type=declared.code, pk=key)
        if not own.delete()[0]:
            raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个视图，或它不是您的。"))
        ListLayout.objects.filter(document_type=declared.code, view=str(key)).delete()


def keep_layout(declared: AnyDocumentType, actor: Actor, view: str, layout: Layout | None) -> None:
    """Keeps the actor's columns of a view; None goes back to the declared ones."""
    with open_act(actor):
        if layout is None:
            ListLayout.objects.filter(owner_id=actor.user_id, document_type=declared.code, view=view).delete()
            return
        ListLayout.objects.update_or_create(
            owner_id=actor.user_id, document_type=declared.code, view=view, defaults={"columns": layout.as_data()}
        )
