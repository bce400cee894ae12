"""The two trails and what stands around them: acts, changes, transitions, signatures, refusals, claims, counters."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import CompanyModel, Evidence, TableModel, Tenancy
from meridian.kernel.values.identity import uuid7


class EvidenceRow(TableModel):
    """An insert-only row of a trail. `company_id` is null only for acts on shared tables."""

    tenancy = Tenancy.COMPANY
    evidence = Evidence.BOOK

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField(null=True)
    transaction_id = models.UUIDField()
    at = models.DateTimeField(_("时间"))

    class Meta:
        abstract = True


class ImageField(models.JSONField):
    """A row as the trail wrote it: the text `json`, which costs a third of `jsonb` to write, read like any JSON."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value


class Act(EvidenceRow):
    """One write transaction: who, for which company, by which door, why. Its id is the transaction's label."""

    actor_id = models.UUIDField(_("操作人"))
    actor_name = models.CharField(_("操作人"), max_length=80)
    source = models.CharField(_("来源"), max_length=12)
    address = models.CharField(_("地址"), max_length=64, blank=True)
    reason = models.TextField(_("原因"), blank=True)

    class Meta:
        db_table = "kernel_act"
        indexes = [models.Index(fields=["company_id", "at"], name="kernel_act_time")]


class Change(EvidenceRow):
    """The change trail: old and new values of one governed row (or a set of new lines), written by triggers alone."""

    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=6)
    old = ImageField(null=True)
    new = ImageField(null=True)

    class Meta:
        db_table = "kernel_change"
        indexes = [
            models.Index(fields=["row_id", "id"], name="kernel_change_row"),
            models.Index(fields=["transaction_id"], name="kernel_change_tx"),
        ]


class TransitionRecord(EvidenceRow):
    """The transition trail: one move of one document, with what the gates found; written by the engine alone."""

    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    transition = models.CharField(max_length=48)
    from_state = models.CharField(max_length=32)
    to_state = models.CharField(max_length=32)
    document_version = models.PositiveIntegerField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=80)
    role = models.CharField(max_length=48)
    reason = models.TextField(blank=True)
    gates = models.JSONField(default=list)
    """Each gate asked: code, outcome, findings, remark, waiver: the rule set that judged this move."""
    signature_id = models.UUIDField(null=True)
    site_day = models.DateField()

    class Meta:
        db_table = "kernel_transition"
        indexes = [
            models.Index(fields=["document_id", "id"], name="kernel_transition_document"),
            models.Index(fields=["company_id", "document_type", "id"], name="kernel_transition_type"),
        ]


class SignatureRecord(EvidenceRow):
    """An electronic signature bound to the content of one document (21 CFR 11.50, 11.70; 电子签名法 Art 13)."""

    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    transition_id = models.UUIDField()
    signer_id = models.UUIDField()
    signer_name = models.CharField(max_length=80)
    role = models.CharField(max_length=48)
    meaning = models.CharField(max_length=24)
    method = models.CharField(max_length=24)
    content_hash = models.CharField(max_length=64)
    content_format = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=48)
    remark = models.TextField(blank=True)

    class Meta:
        db_table = "kernel_signature"
        indexes = [models.Index(fields=["document_id", "id"], name="kernel_signature_document")]


class RefusalRecord(EvidenceRow):
    """A request turned down: written in a transaction of its own by the outermost caller."""

    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField(null=True)
    transition = models.CharField(max_length=48)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=80)
    source = models.CharField(max_length=12)
    code = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        db_table = "kernel_refusal"
        indexes = [
            models.Index(fields=["document_id", "id"], name="kernel_refusal_document"),
            models.Index(fields=["company_id", "id"], name="kernel_refusal_company"),
        ]


class IdempotencyClaim(CompanyModel):
    """A caller's key with the hash of its request and, once the act succeeded, the answer to replay."""

    evidence = Evidence.LOCAL

    actor_id = models.UUIDField()
    key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_claim"
        constraints = [models.UniqueConstraint(fields=["key", "actor_id", "company_id"], name="kernel_claim_key")]


class Counter(CompanyModel):
    """The last number given in a series and period; recomputed from the numbered rows by `verify`."""

    evidence = Evidence.DERIVED

    series = models.CharField(max_length=48)
    period = models.CharField(max_length=10)
    value = models.BigIntegerField()

    class Meta:
        db_table = "kernel_counter"
        constraints = [models.UniqueConstraint(fields=["series", "period", "company_id"], name="kernel_counter_key")]


class UnsealedTransaction(TableModel):
    """The queue of transactions whose evidence is not yet in a log; the sealer empties it in the log's transaction."""

    tenancy = Tenancy.LOCAL
    evidence = Evidence.LOCAL

    transaction_id = models.UUIDField(primary_key=True)
    company_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_unsealed"
