"""What runs again and again on this site, besides what every worker does."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from meridian.evidence.seal import seal_with
from meridian.inventory.jobs import keep_all_month_ends
from meridian.platform.jobs.periodic import Periodic


def seal() -> str:
    """Seals what waits, as the seal role; raises RuntimeError where its login is not configured."""
    url = os.environ.get("DATABASE_SEAL_URL", "")
    if not url:
        raise RuntimeError("DATABASE_SEAL_URL is not set: nothing is sealed")
    return f"{seal_with(url, Path(settings.STORE)).rows}"


PERIODIC = (
    Periodic("seal", _("封存证据"), "* * * * * */5", 60, seal),
    Periodic("month_ends", _("月末库存快照"), "20 2 * * *", 3 * 24 * 3600, keep_all_month_ends),
)
"""The unsealed tail is at most 60 seconds (DESIGN §5); sealing each second would only make more job rows."""
