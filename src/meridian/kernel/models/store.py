"""The store itself: what kind it is."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.tenancy import Evidence, TableModel, Tenancy


class Store(TableModel):
    """One row: the kind of store, fixed at birth, and how far its clock runs ahead.

    The database refuses a change of kind, an offset in a normal store, and an offset that shrinks.
    """

    tenancy = Tenancy.SHARED
    evidence = Evidence.LOCAL

    class Kind(models.TextChoices):
        NORMAL = "normal", _("正式")
        DEMO = "demo", _("演示")
        TEST = "test", _("测试")

    singleton = models.BooleanField(primary_key=True, default=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    clock_offset = models.DurationField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_store"
        constraints = [
            models.CheckConstraint(condition=models.Q(singleton=True), name="kernel_store_one_row"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["demo", "test"]) | models.Q(clock_offset=timedelta(0)),
                name="kernel_store_real_clock",
            ),
        ]
