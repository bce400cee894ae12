"""The sealed log, an RFC 9162 Merkle tree per company (and one for shared rows) over all evidence; keys of persons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models.evidence import EvidenceRow
from meridian.kernel.tenancy import CompanyModel, Evidence, TableModel, Tenancy
from meridian.kernel.values.identity import uuid7


class EvidenceLogEntry(TableModel):
    """One leaf: which row of which table, and the hash of its canonical text. `position` counts from 0 in each log."""

    tenancy = Tenancy.SHARED
    evidence = Evidence.BOOK

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    log_id = models.UUIDField()
    position = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    transaction_id = models.UUIDField()
    leaf_format = models.PositiveSmallIntegerField()
    leaf_hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_log"
        constraints = [models.UniqueConstraint(fields=["log_id", "position"], name="kernel_log_position")]
        indexes = [models.Index(fields=["row_id"], name="kernel_log_row")]


class LogTile(TableModel):
    """The hash over a whole subtree of 256^level leaves, so that proofs and appending read hundreds of rows, not all.

    Recomputed from the leaves by `verify`; `index` counts subtrees of that level from 0.
    """

    tenancy = Tenancy.SHARED
    evidence = Evidence.BOOK

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    log_id = models.UUIDField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "kernel_tile"
        constraints = [models.UniqueConstraint(fields=["log_id", "level", "index"], name="kernel_tile_place")]


class SealedHead(TableModel):
    """A signed tree head: size and root of a log at an instant, with the Ed25519 signature over its canonical text."""

    tenancy = Tenancy.SHARED
    evidence = Evidence.BOOK

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    log_id = models.UUIDField()
    tree_size = models.BigIntegerField()
    root_hash = models.BinaryField()
    signed_text = models.TextField()
    signature = models.BinaryField()
    key_id = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_head"
        constraints = [models.UniqueConstraint(fields=["log_id", "tree_size"], name="kernel_head_size")]


class RestoreRecord(EvidenceRow):
    """A backup that was restored to a scratch database and checked: what was compared, what was found, signed."""

    backup = models.CharField(max_length=64)
    """SHA-256 of the backup's manifest."""
    passed = models.BooleanField()
    report = models.JSONField()
    signed_text = models.TextField()
    signature = models.TextField()
    key_id = models.CharField(max_length=64)

    class Meta:
        db_table = "kernel_restore_record"


class BackupStep(models.TextChoices):
    """What is done for a backup, one after the other."""

    MADE = "made", _("生成备份")
    COPIED = "copied", _("复制到第二处")
    REMOVED = "removed", _("清除旧备份")


class BackupRecord(EvidenceRow):
    """One step of a backup that the site made by itself: which file, where, how large, by which digest, how it went."""

    step = models.CharField(_("步骤"), max_length=8, choices=BackupStep.choices)
    passed = models.BooleanField(_("成功"))
    file = models.CharField(_("文件"), max_length=120, blank=True)
    place = models.CharField(_("位置"), max_length=400)
    size = models.BigIntegerField(_("大小"))
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    manifest = models.CharField(max_length=64, blank=True)
    told = models.CharField(_("结果"), max_length=400, blank=True)

    class Meta:
        db_table = "kernel_backup_record"
        indexes = [models.Index(fields=["step", "passed", "at"], name="kernel_backup_record_step")]


class SubjectKey(CompanyModel):
    """The key of one person's personal data, wrapped by the store's master key; erased when retention has ended."""

    evidence = Evidence.LOCAL

    subject_id = models.UUIDField()
    wrapped_key = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_subject_key"
        constraints = [models.UniqueConstraint(fields=["subject_id", "company_id"], name="kernel_subject_key_subject")]
