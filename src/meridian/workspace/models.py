"""What persons keep for themselves and each other: views of lists, their columns, comments on records and mentions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence


class SavedView(CompanyModel):
    """A list as somebody wants to see it again. `role` shares it with the holders of a post; empty: its owner's own."""

    evidence = Evidence.GOVERNED

    owner_id = models.UUIDField()
    document_type = models.CharField(max_length=48)
    name = models.CharField(_("视图名称"), max_length=40)
    query = models.CharField(_("筛选"), max_length=2000, blank=True)
    """The list's address without paging, as a query string."""
    role = models.CharField(_("岗位"), max_length=40, blank=True)
    is_default = models.BooleanField(_("默认"), default=False)
    """The list opens with it: for its owner, and when shared for holders of the post who chose none."""

    class Meta:
        db_table = "workspace_saved_view"
        base_manager_name = "objects"
        verbose_name = _("保存的视图")
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "document_type", "name", "company_id"], name="saved_view_name"),
        ]
        indexes = [models.Index(fields=["company_id", "document_type"], name="saved_view_type")]

    def __str__(self) -> str:
        return self.name


class ListLayout(CompanyModel):
    """Which columns a person sees in one view of one list, in which order, how wide; no record of the business."""

    evidence = Evidence.LOCAL

    owner_id = models.UUIDField()
    document_type = models.CharField(max_length=48)
    view = models.CharField(max_length=48)
    """A view's name in the address, or the id of a saved one."""
    columns = models.JSONField()
    """`{"shown": [names in order], "pinned": [names], "widths": {name: "narrow" | "wide"}}`."""

    class Meta:
        db_table = "workspace_list_layout"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "document_type", "view", "company_id"], name="list_layout_one"),
        ]


class Comment(CompanyModel):
    """What somebody said about a record. It is withdrawn, once, by its writer, and never altered or deleted."""

    evidence = Evidence.GOVERNED

    document_type = models.CharField(max_length=48)
    document_id = models.UUIDField()
    text = models.CharField(_("评论"), max_length=2000)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField()
    created_by_name = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workspace_comment"
        base_manager_name = "objects"
        verbose_name = _("评论")
        indexes = [models.Index(fields=["document_id"], name="comment_document")]

    def __str__(self) -> str:
        return self.text[:40]


class Mention(CompanyModel):
    """Somebody who is told of a comment; `read_at` once they opened the record or said they know."""

    evidence = Evidence.LOCAL

    class Kind(models.TextChoices):
        """Why they are told."""

        NAMED = "named", _("提到了您")
        REPLY = "reply", _("您参与的单据有新评论")

    comment = CompanyForeignKey(Comment, on_delete=models.CASCADE)
    user_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NAMED)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workspace_mention"
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["user_id"], name="mention_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["user_id", "id"], name="mention_of_person"),
        ]


class ListExport(CompanyModel):
    """A long list that somebody asked for as a file; a worker makes it and it is deleted when its time is over.

    No record of the business: what it holds is read anew for whoever asks. Its times are the database's own clock.
    """

    evidence = Evidence.LOCAL

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待中")
        RUNNING = "running", _("生成中")
        READY = "ready", _("可下载")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=80)
    document_type = models.CharField(max_length=48)
    address = models.TextField()
    """The list's query string."""
    columns = models.JSONField()
    """The layout as in `ListLayout`, or null: the declared columns."""
    form = models.CharField(max_length=4)
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    rights = models.CharField(max_length=64, blank=True)
    """Hash of the rights it was made with: the file is handed out while they are the same."""
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    """The last sign of life of whoever makes it."""
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workspace_list_export"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["owner_id"], name="list_export_owner")]
