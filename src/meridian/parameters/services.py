"""What drafting a change of a parameter and putting it into force do."""

from uuid import UUID

from meridian.accounts.scopes import scope_names
from meridian.kernel.drafts import Draft
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.parameters.models import ParameterChange
from meridian.parameters.queries import ParameterChangeFacts
from meridian.parameters.vocabulary import parameter_of

SITE = "site"


def name_parameter(draft: Draft) -> None:
    """Keeps the names of parameter and scope beside code and key, as they are now; empty for unknown ones."""
    code = draft.header.get("parameter_code", getattr(draft.document, "parameter_code", ""))
    site_id: UUID | None = draft.header.get("scope_site_id", getattr(draft.document, "scope_site_id", None))
    parameter = parameter_of(code)
    draft.header["parameter_name"] = str(parameter.label) if parameter else ""
    draft.header["scope_name"] = scope_names(SITE).get(site_id, "") if site_id else ""


_SET = """
INSERT INTO parameters_value (id, company_id, code, scope_site_id, value, change_id, set_at, set_by_name)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (code, scope_site_id, company_id) DO UPDATE
SET value = excluded.value, change_id = excluded.change_id, set_at = excluded.set_at, set_by_name = excluded.set_by_name
"""


def set_parameter(work: Work[ParameterChange, ParameterChangeFacts]) -> None:
    """The value holds from this instant on; the change keeps what held before."""
    document = work.document
    run(_SET, [uuid7(), document.company_id, document.parameter_code, document.scope_site_id, document.value,
               document.pk, work.moment.instant, work.actor.name])  # fmt: skip
    work.set(value_before=work.facts.value_now)
