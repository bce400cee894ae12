"""The company that tests of the evidence act in: the kernel's own."""

from meridian.kernel.tests.conftest import assembled, firm, nothing_hooked, other_firm

__all__ = ["assembled", "firm", "nothing_hooked", "other_firm"]
