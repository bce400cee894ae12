"""The only upward wiring of the system: which document types there are, who reacts to whom, who provides what."""

from importlib import import_module
from typing import Any

from meridian.kernel.declare import DocumentType
from meridian.kernel.registry import Guard, Providers, Reaction, assemble
from meridian.site.settings import SOURCE


def _declared(module: str) -> list[Any]:
    room = SOURCE / "meridian" / module.replace(".", "/")
    if not ((room / "documents" / "__init__.py").exists() and (room / "apps.py").exists()):
        return []
    package = import_module(f"meridian.{module}.documents")
    return [
        value
        for value in vars(package).values()
        if isinstance(value, type) and issubclass(value, DocumentType) and value is not DocumentType
    ]


MODULES = [
    "purchasing",
    "warehouse",
    "inventory",
    "inspection",
    "sales",
    "ledger",
    "parties",
    "items",
    "competence",
    "organization",
    "kernel",
    "platform.accounts",
]


def assemble_site() -> None:
    """Fills the kernel's registry; called once when Django is ready."""
    types = [declared for module in MODULES for declared in _declared(module)]
    reactions: list[Reaction] = []
    guards: list[Guard] = []
    providers: dict[str, Any] = {}
    if (SOURCE / "meridian/organization/queries.py").exists():
        providers["site_zone"] = import_module("meridian.organization.queries").zone_of_site
    if (SOURCE / "meridian/platform/accounts/reauthentication.py").exists():
        providers["reauthenticate"] = import_module("meridian.platform.accounts.reauthentication").reauthenticate
    if "site_zone" in providers:
        assemble(types, reactions, guards, Providers(**providers))
