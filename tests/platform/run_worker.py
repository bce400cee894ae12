"""A worker of its own for tests: one slow job that can be killed in the middle, and the watch over killed ones.

    python tests/platform/run_worker.py <directory>

The first run of the slow job never ends by itself; any later one writes its result, always the same.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from meridian.platform.jobs.periodic import Periodic, retry_stalled  # noqa: E402
from meridian.site.worker import work  # noqa: E402  # models exist only from here on

STALLED_SECONDS = 3.0


def slow(directory: Path) -> str:
    begun = directory / "begun"
    if not begun.exists():
        begun.touch()
        time.sleep(600)
    (directory / "done").write_text("1")
    return "1"


if __name__ == "__main__":
    here = Path(sys.argv[1])
    jobs = [
        Periodic("slow_for_tests", "慢任务", "0 0 1 1 *", 60, lambda: slow(here)),
        Periodic("retry_for_tests", "重启", "* * * * * *", 60, lambda: retry_stalled(STALLED_SECONDS)),
    ]
    work(jobs, stalled_seconds=STALLED_SECONDS)
