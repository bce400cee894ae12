"""What may be done with the record whose page is open: its moves, edit, and what is made out of it (下推)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses, chain, documents, gatepanel
from meridian.platform.screens.derive.reader import Reader
from meridian.workspace.offers import offers_on

_RECORD = re.compile(r"/([\w-]+)/([\w-]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


@dataclass(frozen=True)
class RecordAction:
    """A move, as the palette offers it. Its page asks for what it needs, or says what is in its way."""

    words: str
    url: str
    icon: str
    number: str


def actions_on(path: str, reader: Reader) -> Sequence[RecordAction]:
    """The moves of the record at an address that this reader may make from its state; none for any other address.

    One statement.
    """
    match = _RECORD.match(path)
    declared = registry.type_by_slug(match[1], match[2]) if match else None
    if match is None or declared is None or not reader.may_read(declared):
        return []
    try:
        document = documents.find(declared, UUID(match[3]), reader)
    except Http404:
        return []
    found = []
    for step in gatepanel.steps_from(declared, document.state):
        if reader.role_for(step, document) is not None:
            url = addresses.step_url(declared, document.pk, step.name)
            icon = "signature" if step.signature else "arrow-right"
            found.append(RecordAction(str(step.label), url, icon, document.number))
    right = reader.grants.role_for(declared.permission("draft"), document, declared.scope)
    if document.state in declared.editable_in and right is not None:
        url = addresses.step_url(declared, document.pk, "edit")
        found.append(RecordAction(_("编辑"), url, "edit", document.number))
    for follower in chain.followers(declared, document, reader):
        words = _("下推：%(action)s") % {"action": follower.label}
        found.append(RecordAction(words, follower.url, "arrow-right", document.number))
    for offer in offers_on(declared, document, reader):
        if offer.method == "get":
            found.append(RecordAction(str(offer.label), offer.url, offer.icon or "arrow-right", document.number))
    return found
