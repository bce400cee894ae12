"""What approvals are told by the modules above: the moves a policy may bind, the posts it may ask, who is qualified."""

from datetime import date
from uuid import UUID

from meridian.approvals.known import Known
from meridian.approvals.vocabulary import APPROVERS
from meridian.competence.queries import person_verdicts
from meridian.competence.vocabulary import QualificationKind
from meridian.organization.vocabulary import Role
from meridian.purchasing.subjects import ORDER_RELEASE


def qualified_for(person_id: UUID, day: date) -> frozenset[str]:
    """What a person is qualified for on a day; one statement."""
    person = person_verdicts([person_id], frozenset()).get(person_id)
    return frozenset(kind for kind in QualificationKind.values if person is not None and person.qualified(kind, day))


APPROVALS = Known(
    subjects=(ORDER_RELEASE,),
    posts=tuple((code, Role(code).label) for code in APPROVERS),
    qualifications=tuple(QualificationKind.choices),
    qualified=qualified_for,
)
