"""Asking at the shelf what the document's own gates will ask when the task is finished: never a second rule."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from meridian.kernel.findings import Finding
from meridian.kernel.steps import AskedGate, judge
from meridian.scanning.services.taking import Scene
from meridian.scanning.tasks import refused_by


def asked_of(scene: Scene) -> tuple[Any, Sequence[AskedGate]]:
    """The document's facts as they stand now, and every gate of the transition that ends the task, waivers counted."""
    declared, document = scene.rules.declared, scene.document
    facts = declared.load(document.company_id, [document.pk], frozenset())[document.pk]
    return facts, judge(scene.rules.ends_with, document, facts, scene.moment, {})


def findings_about(
    asked: Sequence[AskedGate], subjects: Collection[UUID], codes: Collection[str] = ()
) -> list[Finding]:
    """What blocks these rows, of all gates or of those named."""
    return [
        finding
        for each in asked
        if not codes or each.gate.code in codes
        for finding in each.findings
        if finding.blocks and finding.subject_id in subjects
    ]


def require_none(findings: Sequence[Finding]) -> None:
    """Stops the scan by what was found, the first finding's name first."""
    if findings:
        raise refused_by(findings)
