"""What the screens are told by the floors above them: sites, the company's name, the names of posts, the tests."""

from functools import cache
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.context import current_company_id
from meridian.organization import queries
from meridian.organization.vocabulary import Role
from meridian.platform.screens.derive.provided import ExtraLeaf, Provided, SiteChoice, provide
from meridian.platform.screens.view import Text
from meridian.site.commands.rule import tests_of

EXTRA_LEAVES: list[ExtraLeaf] = [
    ExtraLeaf(area="system", label=_("后台任务"), url="/system/jobs", permission="accounts.read_access_change"),
]
"""Pages that are no document list."""

_names: dict[UUID, str] = {}


def provide_screens() -> None:
    """Hands everything to the screens; called once when Django is ready."""
    provide(
        Provided(
            sites=site_choices,
            company_name=company_name,
            role_label=role_label,
            extra_leaves=EXTRA_LEAVES,
            tests_of_rule=cache(tests_of),
        ),
    )


def site_choices() -> list[SiteChoice]:
    """The sites of the company in scope, by code."""
    return [SiteChoice(id=site.pk, label=f"{site.code} {site.name}") for site in queries.sites()]


def company_name() -> str:
    """The name of the company in scope. Remembered: renaming a company is an event that restarts the service."""
    company_id = current_company_id()
    if company_id not in _names:
        _names[company_id] = queries.company_in_scope().name
    return _names[company_id]


def role_label(code: str) -> Text:
    """A post in words; a code this release does not know is shown as it is."""
    return Role(code).label if code in Role.values else code
