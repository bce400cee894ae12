"""A process that serves `tiny_site` under the supervisor, as `./meridian run` serves the real one.

Arguments: the state directory, the port, and the store of an embedded database or "-".
"""

import os
import sys
from pathlib import Path

from meridian.site.supervisor import ServeOptions, serve


def main(state: Path, port: int, store: Path | None) -> int:
    """Serve until stopped; the supervisor's exit code."""
    here = Path(__file__).parent
    work = f"from pathlib import Path; from tiny_site import work; work(Path({str(state / 'worker.pid')!r}))"
    options = ServeOptions(
        state=state,
        port=port,
        database_store=store,
        durable=False,
        application="tiny_site:application",
        worker=[sys.executable, "-c", work],
        report=lambda sentence: print(sentence, flush=True),
        ready=lambda: print("ready", flush=True),
    )
    return serve(options, {**os.environ, "PYTHONPATH": str(here)})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), None if sys.argv[3] == "-" else Path(sys.argv[3])))
