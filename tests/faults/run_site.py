"""A process that serves the real site under the supervisor. Arguments: the store and the port."""

import os
import sys
from pathlib import Path

from meridian.site.supervisor import ServeOptions, serve


def main(store: Path, port: int) -> int:
    """Serve until stopped; the supervisor's exit code."""
    options = ServeOptions(
        state=store / "run",
        port=port,
        database_store=store / "server",
        durable=False,
        report=lambda sentence: print(sentence, flush=True),
    )
    return serve(options, dict(os.environ))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
