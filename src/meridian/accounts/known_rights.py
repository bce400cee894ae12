"""Every right there is on this site, in words: what roles and tokens may be given."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from meridian.kernel.messages import Text
from meridian.kernel.registry import registry


@dataclass(frozen=True)
class KnownRight:
    """A right: of which object, to do what."""

    code: str
    subject: Text
    act: Text

    @property
    def words(self) -> str:
        """“验收单 · 放行”."""
        return f"{self.subject} · {self.act}" if self.act else str(self.subject)


def known_rights() -> Mapping[str, KnownRight]:
    """All rights by code: of document types in their order, then the further ones."""
    found: list[KnownRight] = []
    for declared in registry.document_types.values():
        found.append(KnownRight(declared.permission("read"), declared.label, _("查看")))
        found.append(KnownRight(declared.permission("draft"), declared.label, _("填写")))
        found += [KnownRight(each.permission, declared.label, each.label) for each in declared.transitions.values()]
        found += [
            KnownRight(right, declared.label, _("查看保密字段")) for right in sorted(set(declared.secret.values()))
        ]
    found += [KnownRight(right.code, right.label, "") for right in registry.rights.values()]
    return {right.code: right for right in found}
