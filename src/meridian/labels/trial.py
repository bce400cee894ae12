"""A test label: shows whether printer, roll, resolution and symbol fit, and stands on nothing."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from meridian.kernel.clock import Moment, now
from meridian.kernel.findings import refusal
from meridian.kernel.registry import registry
from meridian.labels.printing import LabelOrder
from meridian.labels.queries import LabelFacts, LabelJobFacts
from meridian.labels.rendering import file_of
from meridian.labels.rules import label_text_fits, symbol_fits_label
from meridian.labels.symbols import Content
from meridian.labels.vocabulary import LabelKind
from meridian.labels.wording import Words

CODE = "TEST-0123456789"
"""What its symbol says: no scan takes it for anything."""


def trial_facts(order: LabelOrder) -> LabelJobFacts:
    """The print of one test label in the form of an order; no row stands behind it, so nothing is counted."""
    with override(settings.LANGUAGE_CODE):
        title, note = _("打印测试"), _("非产品标签，请勿贴附于货物")
    said = dict.fromkeys(
        ("model", "specification", "registration_no", "lot_no", "serial_no", "sterilization_lot_no",
         "storage_condition"), "",
    )  # fmt: skip
    words = Words(title=title, code=CODE, manufactured_on=None, expires_on=None, note=note, **said)
    label = LabelFacts(UUID(int=0), words, Content(CODE), "", 1, 0)
    return LabelJobFacts(
        kind=LabelKind.DOCUMENT, size=order.size, resolution=order.resolution, symbol=order.symbol,
        file_format=order.file_format, reprint_reason="", lines=(label,), recorded_on=now().date(),
        is_implantable=False,
    )  # fmt: skip


def trial_file(order: LabelOrder) -> bytes:
    """Its file; raises Refused 422 where the symbol does not fit the size, as a print would be refused."""
    facts = trial_facts(order)
    moment = Moment.at(now(), registry.providers.company_zone())
    for gate in (symbol_fits_label, label_text_fits):
        for breach in gate(facts, moment):
            raise refusal(gate.code, HTTPStatus.UNPROCESSABLE_ENTITY, breach.evidence)
    return file_of(facts)
