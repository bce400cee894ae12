"""How each periodic job last went."""

from django.db import models

from meridian.kernel.tenancy import Evidence, TableModel, Tenancy


class Heartbeat(TableModel):
    """One row for each periodic job. Times are the database's own: a demo's simulated clock moves none of them."""

    tenancy = Tenancy.LOCAL
    evidence = Evidence.LOCAL

    name = models.CharField(primary_key=True, max_length=48)
    started_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, blank=True)
    """What the last success did, or why the last try failed."""

    class Meta:
        db_table = "jobs_heartbeat"
