"""Gates about persons."""

from collections.abc import Sequence
from typing import Protocol

from meridian.competence.models import Qualification
from meridian.competence.queries import PersonVerdict
from meridian.competence.vocabulary import QualificationKind
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role


class InspectedItem(Protocol):
    """A product under inspection."""

    @property
    def is_ivd(self) -> bool: ...


class InspectedLine(Protocol):
    """A line of an inspection."""

    @property
    def item(self) -> InspectedItem: ...


class InspectedByPerson(Protocol):
    """Any document a person inspects; `inspector` is None while nobody has."""

    @property
    def inspector(self) -> PersonVerdict | None: ...
    @property
    def lines(self) -> Sequence[InspectedLine]: ...


@gate(
    law="G13",
    blocks="验收人员无有效资格 · inspector without a valid qualification",
    locks=[Qualification],
    aliases=["INSPECTOR_NOT_QUALIFIED"],
)
def inspector_qualified(facts: InspectedByPerson, moment: Moment) -> Sequence[Breach]:
    """The inspector is qualified on the day to accept goods, and IVD reagents where there are any (GSP 27, 32)."""
    remedy = Remedy(label="登记人员资格", document_type="qualification")
    person = facts.inspector
    if person is None:
        return [Breach(evidence=message("尚无验收人员。"), owner=Role.INSPECTOR)]
    needed = [QualificationKind.ACCEPTANCE]
    if any(line.item.is_ivd for line in facts.lines):
        needed.append(QualificationKind.IVD_ACCEPTANCE)
    breaches = []
    for kind in needed:
        if person.qualified(kind, moment.site_day):
            continue
        last_day = person.last_day(kind)
        if last_day is not None and last_day < moment.site_day:
            evidence = message(
                "{name} 的“{kind}”资格已于 {day} 到期。", name=person.name, kind=kind.label, day=last_day
            )
        else:
            evidence = message("{name} 没有有效的“{kind}”资格。", name=person.name, kind=kind.label)
        breaches.append(Breach(evidence=evidence, subject_id=person.person_id, remedy=remedy, owner=Role.QUALITY_STAFF))
    return breaches
