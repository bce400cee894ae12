"""The first page of a signed-in person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.alerts.documents import AlertDocument
from meridian.alerts.overview import Group, concerning, grouped
from meridian.alerts.vocabulary import Severity
from meridian.organization.vocabulary import Role
from meridian.platform.screens.derive import home as derived_home
from meridian.platform.screens.derive import shell
from meridian.platform.screens.derive.addresses import list_url
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import HomePage, Todo
from meridian.site.alerts import silent_watch
from meridian.site.workbench.figures import Figure, figures
from meridian.workspace.pages.records import mentions_of

GROUPS_SHOWN = 8
APART = frozenset({AlertDocument.code})
"""Alerts are exceptions with a card of their own, not work that waits."""


@dataclass(frozen=True)
class Board:
    """What the first page says beside the work that waits: figures, and alerts by what weighs most."""

    figures: Sequence[Figure]
    groups: Sequence[Group]
    notes: Sequence[Todo]
    """What no alert says: the silence of the watch, and who spoke to the reader."""
    centre_url: str
    more: int

    @property
    def critical(self) -> int:
        """Alerts that weigh as critical."""
        return sum(len(group.rows) for group in self.groups if group.severity == Severity.CRITICAL)

    @property
    def others(self) -> int:
        """All others."""
        return sum(len(group.rows) for group in self.groups) - self.critical

    @property
    def shown(self) -> Sequence[Group]:
        """The groups that have room."""
        return self.groups[:GROUPS_SHOWN]


def board_of(reader: Reader) -> Board:
    """Figures and alerts of one person; the auditor sees all alerts. At most eight statements."""
    is_auditor = Role.AUDITOR.value in reader.grants.roles
    rows = concerning(reader.actor.user_id, reader.grants.roles, everything=is_auditor)
    groups = grouped(rows)
    return Board(
        figures=figures(reader),
        groups=groups,
        notes=(*silent_watch(reader.grants.roles), *mentions_of(reader)),
        centre_url=list_url(AlertDocument) if reader.may_read(AlertDocument) else "",
        more=max(0, len(groups) - GROUPS_SHOWN),
    )


def _sentence(page: HomePage, board: Board) -> str:
    """Today's load and the earliest deadline."""
    days: list[date] = [group.due_on for group in board.groups if group.due_on is not None]
    if not days:
        return str(page.sentence)
    return _("%(load)s；最早到期 %(day)s") % {"load": page.sentence, "day": min(days)}


@for_reader
@require_safe
def workbench(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What waits for this person, what they are warned of, and the figures of their post."""
    page, board = derived_home.home_page(reader, APART), board_of(reader)
    page = replace(page, sentence=_sentence(page, board))
    context = {"shell": shell.shell_of(request, reader), "page": page, "board": board}
    return render(request, "workbench.html", context, status=HTTPStatus.OK)
