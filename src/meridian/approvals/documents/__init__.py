"""The document types of approvals."""

from meridian.approvals.documents.absence import AbsenceDocument
from meridian.approvals.documents.case import ApprovalCaseDocument
from meridian.approvals.documents.policy import ApprovalPolicyDocument
from meridian.approvals.documents.task import ApprovalTaskDocument

__all__ = ["AbsenceDocument", "ApprovalCaseDocument", "ApprovalPolicyDocument", "ApprovalTaskDocument"]
