"""What drafting a qualification does."""

from http import HTTPStatus

from meridian.kernel.context import current_company_id
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import User
from meridian.organization.services import paper_anchors, require_period

__all__ = ["paper_anchors", "prepare_qualification"]


def prepare_qualification(draft: Draft) -> None:
    """Completes a draft with the person's name; raises Refused 422 for a person the company does not have."""
    require_period(draft)
    if "person_id" not in draft.header:
        return
    person = User.objects.filter(
        pk=draft.header["person_id"], company_id=current_company_id(), is_machine=False
    ).first()
    if person is None:
        raise refusal("reference_not_found", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("本公司没有这名人员。"), field_name="person_id")  # fmt: skip
    draft.header["person_name"] = person.name
