"""Gates of purchasing. What must hold of a supplier and of what it is asked for is the same at quotation and order."""

from collections.abc import Sequence
from typing import Any

from meridian.items.rules import product_qualified, registration_in_force
from meridian.kernel.gates import Gate
from meridian.parties.rules import supplier_papers_valid, supplier_qualified, supplier_scope_covers_item

SUPPLY_GATES: Sequence[Gate[Any]] = (
    supplier_qualified, supplier_papers_valid, supplier_scope_covers_item, product_qualified, registration_in_force,
)  # fmt: skip
"""Whether a supplier may sell us a product today (G01–G06): an offer is judged by what its order will be judged by."""
