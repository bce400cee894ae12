"""Keys made in the application: UUID version 7 (RFC 9562), so that keys sort by time on every PostgreSQL."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_millisecond = 0
_sequence = 0


def uuid7() -> UUID:
    """A new time-ordered key; keys made by one process strictly increase, even within a millisecond."""
    global _last_millisecond, _sequence
    with _lock:
        millisecond = time.time_ns() // 1_000_000
        if millisecond > _last_millisecond:
            _last_millisecond = millisecond
            _sequence = int.from_bytes(os.urandom(2), "big") & 0x3FF  # leaves room to count up
        else:
            _sequence += 1
            if _sequence > 0xFFF:
                _last_millisecond += 1
                _sequence = 0
        millisecond, sequence = _last_millisecond, _sequence
    random_part = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    value = (millisecond & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | sequence << 64 | 0b10 << 62 | random_part
    return UUID(int=value)
