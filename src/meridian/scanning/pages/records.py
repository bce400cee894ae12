"""What the record of a document offers while it waits for a scanner."""

from collections.abc import Sequence
from typing import Any

from meridian.kernel.findings import Refused
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Action
from meridian.scanning.pages.view import OFFERS, task_url
from meridian.scanning.tasks import TASKS, require_task
from meridian.scanning.vocabulary import ScanTask


def offers(declared: AnyDocumentType, document: Any, reader: Reader) -> Sequence[Action]:
    """The page of each task that this person may do on the document now."""
    return [
        Action(name="scan", label=OFFERS[task], url=task_url(task, document.pk), method="get", icon="scan")
        for task, rules in TASKS.items()
        if rules.declared is declared and _may(task, document, reader)
    ]


def _may(task: ScanTask, document: Any, reader: Reader) -> bool:
    try:
        require_task(task, document, reader.grants, reader.actor)
    except Refused:
        return False
    return True
