"""Reads of competence: what a person is qualified for, asked for a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meridian.competence.models import Qualification
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.rules import valid_on
from meridian.organization.vocabulary import PaperState


@dataclass(frozen=True)
class QualificationPeriod:
    """One reviewed qualification, both days included; `valid_until` None has no end."""

    kind: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class PersonVerdict:
    """A person and what they are qualified for."""

    person_id: UUID
    name: str
    qualifications: tuple[QualificationPeriod, ...]

    def qualified(self, kind: str, day: date) -> bool:
        """Whether a reviewed qualification of this kind is valid on a day."""
        return any(q.kind == kind and valid_on(day, q.valid_from, q.valid_until) for q in self.qualifications)

    def last_day(self, kind: str) -> date | None:
        """The latest last day among qualifications of this kind; None without any."""
        days = [q.valid_until for q in self.qualifications if q.kind == kind and q.valid_until is not None]
        return max(days, default=None)


_PERSONS = """
SELECT u.id, u.name, q.kind, q.valid_from, q.valid_until
FROM kernel_user u
LEFT JOIN competence_qualification q ON q.person_id = u.id AND q.company_id = u.company_id AND q.state = %s
WHERE u.id = ANY(%s) AND u.company_id = %s ORDER BY u.id, q.id
"""
_LOCK = """
SELECT id FROM competence_qualification WHERE person_id = ANY(%s) AND company_id = %s AND state = %s
ORDER BY id FOR SHARE
"""


def person_verdicts(person_ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PersonVerdict]:
    """Persons of the company with their reviewed qualifications: one statement, two when `locks` names them."""
    wanted, company, in_force = sorted(set(person_ids)), current_company_id(), PaperState.IN_FORCE.value
    if Qualification in locks:
        fetch(_LOCK, [wanted, company, in_force])
    found: dict[UUID, PersonVerdict] = {}
    for person_id, name, kind, valid_from, valid_until in fetch(_PERSONS, [in_force, wanted, company]):
        known = found.get(person_id, PersonVerdict(person_id, name, ()))
        period = () if kind is None else (QualificationPeriod(kind, valid_from, valid_until),)
        found[person_id] = PersonVerdict(person_id, name, (*known.qualifications, *period))
    return found


@dataclass(frozen=True)
class QualificationFacts:
    """A qualification for its own transitions."""

    id: UUID
    valid_until: date | None
    read_on: date


def load_qualifications(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, QualificationFacts]:
    """Facts of qualifications; one statement."""
    del company_id, locks
    today = now().date()
    return {
        row.pk: QualificationFacts(row.pk, row.valid_until, today) for row in Qualification.objects.filter(pk__in=ids)
    }
