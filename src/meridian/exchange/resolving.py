"""References by the words a file has for them: one statement for each table referred to, however many rows."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import models
from django.db.models import Q

from meridian.exchange.converting import Faulty
from meridian.exchange.targets import Cleaner
from meridian.kernel.messages import message
from meridian.platform.screens.derive import pickers
from meridian.platform.screens.derive.columns import naming
from meridian.platform.screens.derive.reader import Reader

FURTHER = ("registration_no", "uscc", "licence_no", "di")
"""Columns beside code and name by which a row is known in the world."""


@dataclass
class References:
    """What the words of one table mean."""

    model: type[models.Model]
    cleaner: Cleaner | None = None
    texts: set[str] = field(default_factory=set)
    _known: dict[str, dict[UUID, str]] = field(default_factory=dict)

    def want(self, text: str) -> None:
        """Notes a word to be looked up."""
        self.texts.add(self._compared(text))

    def find(self, reader: Reader) -> None:
        """Looks all of them up: codes first, then names; within what the reader may choose."""
        name, code = naming(self.model)
        names = {each.name for each in self.model._meta.concrete_fields}
        exact = [each for each in (code, *FURTHER) if each and each in names]
        columns = [*dict.fromkeys([*exact, *([name] if name else [])])]
        if not self.texts or not columns:
            return
        wanted = sorted({form for text in self.texts for form in (text, text.upper())})
        condition = Q(*((f"{column}__in", wanted) for column in columns), _connector=Q.OR)
        rows = pickers.rows_in_reach(self.model, reader).filter(condition).values("pk", *columns)
        for row in rows:
            for rank, column in enumerate(columns):
                self._note(str(row[column]), row["pk"], f"{rank}")

    def _note(self, text: str, key: UUID, rank: str) -> None:
        """A word keeps the rows of its best column alone: a code beats a name."""
        known = self._known.setdefault(text.upper(), {})
        best = min(known.values(), default=rank)
        if rank < best:
            known.clear()
        if rank <= best:
            known[key] = rank

    def meant(self, text: str) -> UUID | Faulty:
        """The one row a word means, or why none."""
        found = self._known.get(self._compared(text).upper(), {})
        label = self.model._meta.verbose_name
        if len(found) == 1:
            return next(iter(found))
        if found:
            reason = message("“{text}”对应 {count} 条{label}。", text=text[:80], count=len(found), label=label)
            return Faulty("reference_ambiguous", reason, message("改填其单号或编码。"))
        reason = message("没有“{text}”这条{label}。", text=text[:80], label=label)
        return Faulty("reference_not_found", reason, message("先建立该{label}，或改填已有的名称或编码。", label=label))

    def _compared(self, text: str) -> str:
        cleaned = self.cleaner(text) if self.cleaner is not None else None
        return (cleaned or text).strip()
