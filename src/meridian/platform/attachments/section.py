"""The attachments of a record as its page shows them."""

from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments import keeping
from meridian.platform.attachments.models import Attachment as Row
from meridian.platform.screens.view import Action, Attachment, Badge, Section


def section(
    declared: AnyDocumentType, document: Any, grants: Any, *, url: str, is_current: bool, is_signed: bool
) -> Section:  # fmt: skip
    """The tab: its count, and when it is the current one its files; one statement."""
    rows = keeping.attachments_of(document.pk)
    may = is_current and keeping.may_attach(declared, document, grants)
    attach = Action(name="attach", label=_("添加附件"), url=f"{url}attachments", hidden=(("key", uuid4().hex),))
    return Section(
        name="attachments",
        label=_("附件"),
        url=f"{url}?section=attachments",
        is_current=is_current,
        count=sum(row.withdrawn_at is None for row in rows),
        attachments=tuple(_file(row, url, may and not is_signed) for row in rows) if is_current else (),
        attach=attach if may else None,
    )


def _file(row: Row, url: str, may_withdraw: bool) -> Attachment:
    address = f"{url}attachments/{row.pk}"
    badge = None
    if row.withdrawn_at is not None:
        badge = Badge(label=_("已撤回：%(reason)s") % {"reason": row.withdraw_reason}, tone="neutral")
    elif row.after_signing:
        badge = Badge(label=_("签署后补充"), tone="info")
    return Attachment(
        name=row.name,
        url=address,
        size=row.size,
        at=row.created_at,
        by=row.created_by_name,
        digest=row.sha256,
        badge=badge,
        withdraw_url=f"{address}/withdraw" if may_withdraw and row.withdrawn_at is None else "",
    )
