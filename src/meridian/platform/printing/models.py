"""The book of prints: which copy of which record, by whom."""

from django.db import models

from meridian.kernel.tenancy import CompanyModel, Evidence


class PrintRecord(CompanyModel):
    """One print. `copy_no` counts the prints of one form of one document from 1; from 2 on it is a reprint 补打."""

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    at = models.DateTimeField()
    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    document_version = models.PositiveIntegerField()
    form = models.CharField(max_length=48)
    copy_no = models.PositiveIntegerField()
    printed_by_id = models.UUIDField()
    printed_by_name = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    """Why it was printed again."""

    class Meta:
        db_table = "printing_print_record"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["document_id", "form", "copy_no", "company_id"], name="print_record_copy")
        ]
