"""A line that says what is being done and for how long, once it takes longer than two seconds."""

import sys
import threading
import time
from types import TracebackType

_QUIET_SECONDS = 2.0
_TICK_SECONDS = 0.5


class Progress:
    """`with Progress() as tell: tell("copying")`: on standard error; one line a stage where that is no terminal."""

    def __init__(self) -> None:
        self._stage, self._since = "", time.monotonic()
        self._began = self._since
        self._shown = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __call__(self, stage: str) -> None:
        """Names the stage that begins now."""
        self._stage, self._since = stage, time.monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        if self._shown and sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")

    def _tick(self) -> None:
        while not self._done.wait(_TICK_SECONDS):
            now = time.monotonic()
            if not self._stage or now - self._began < _QUIET_SECONDS:
                continue
            if sys.stderr.isatty():
                sys.stderr.write(f"\r\x1b[K  {self._stage} … {now - self._since:.0f} s")
            elif self._shown != self._stage:
                sys.stderr.write(f"  {self._stage} …\n")
            sys.stderr.flush()
            self._shown = self._stage
