"""Tables of the kernel: documents' common columns, persons and rights, evidence, the store itself."""

from meridian.kernel.models.access import Role, RoleAssignment, RolePermission, SeparationRule, User
from meridian.kernel.models.document import Document, DocumentLine
from meridian.kernel.models.evidence import (
    Act,
    Change,
    Counter,
    IdempotencyClaim,
    RefusalRecord,
    SignatureRecord,
    TransitionRecord,
    UnsealedTransaction,
)
from meridian.kernel.models.store import Store
from meridian.kernel.models.waiver import Waiver

__all__ = [
    "Act",
    "Change",
    "Counter",
    "Document",
    "DocumentLine",
    "IdempotencyClaim",
    "RefusalRecord",
    "Role",
    "RoleAssignment",
    "RolePermission",
    "SeparationRule",
    "SignatureRecord",
    "Store",
    "TransitionRecord",
    "UnsealedTransaction",
    "User",
    "Waiver",
]
