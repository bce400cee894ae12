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
)
from meridian.kernel.models.seal import EvidenceLogEntry, LogTile, RestoreRecord, SealedHead, UnsealedTransaction
from meridian.kernel.models.store import Store, SubjectKey
from meridian.kernel.models.waiver import Waiver

__all__ = [
    "Act",
    "Change",
    "Counter",
    "Document",
    "DocumentLine",
    "EvidenceLogEntry",
    "IdempotencyClaim",
    "LogTile",
    "RefusalRecord",
    "RestoreRecord",
    "Role",
    "RoleAssignment",
    "RolePermission",
    "SealedHead",
    "SeparationRule",
    "SignatureRecord",
    "Store",
    "SubjectKey",
    "TransitionRecord",
    "UnsealedTransaction",
    "User",
    "Waiver",
]
