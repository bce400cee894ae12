"""The matrix of an inquiry: as it stands now, or, once awarded, as it was kept."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meridian.kernel.clock import Moment, now
from meridian.kernel.context import current_company_id
from meridian.organization.queries import zone_of_site
from meridian.purchasing.comparing import as_data, canonical, compare
from meridian.purchasing.models import Inquiry
from meridian.purchasing.queries.inquiries import award_of, load_inquiries
from meridian.purchasing.rules import OFFER_GATES


@dataclass(frozen=True)
class Matrix:
    """The comparison as plain data. `awarded_at` None: judged now, kept by nobody; `is_whole`: the hash fits."""

    data: dict[str, Any]
    sha256: str
    awarded_at: datetime | None = None
    awarded_by: str = ""
    is_whole: bool = True


def matrix_of(inquiry: Inquiry) -> Matrix:
    """The kept matrix of an awarded inquiry, else the offers judged at this moment; at most twelve statements."""
    kept = award_of(inquiry.pk)
    if kept is not None:
        data = json.loads(kept.compared)
        return Matrix(data, kept.sha256, kept.at, kept.awarded_by_name, canonical(data)[1] == kept.sha256)
    company = current_company_id()
    facts = load_inquiries(company, [inquiry.pk], frozenset())[inquiry.pk]
    moment = Moment.at(now(), zone_of_site(inquiry.site_id))
    data = as_data(facts, compare(facts, OFFER_GATES, moment), moment)
    return Matrix(data, canonical(data)[1])
