"""Processes by id: children that end with their parent, what an earlier run left behind, who holds a port.

What needs /proc or prctl works on Linux; elsewhere nothing is found and the operator ends leftovers by hand.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def start_child(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own (a Ctrl-C is not for it) that gets SIGTERM when this process dies."""
    parent = os.getpid()

    def die_with_parent() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # died before the line above
                os._exit(1)

    return subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's session: its own children may outlive it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def with_environment(entry: str) -> list[int]:
    """The other processes of this machine whose environment holds exactly this `NAME=value`."""
    wanted = entry.encode()
    found = []
    for pid in _all_pids():
        try:
            entries = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:  # ended meanwhile, or another user's
            continue
        if wanted in entries and pid != os.getpid():
            found.append(pid)
    return found


def end_all(entry: str, patience_seconds: float) -> int:
    """End the processes that hold this environment entry, after `patience_seconds` hard; how many there were."""
    first = with_environment(entry)
    for pid in first:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience_seconds
    while (left := with_environment(entry)) and time.monotonic() < deadline + patience_seconds:
        if time.monotonic() > deadline:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return len(first)


def port_holder(port: int) -> str | None:
    """Who listens on a TCP port, as "python3 (process 4711)"; None if that cannot be seen."""
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(table, port)}
    for pid in _all_pids() if sockets else []:
        if sockets & _open_files(pid):
            with suppress(OSError):
                return f"{(_PROC / str(pid) / 'comm').read_text().strip()} (process {pid})"
    return None


def _open_files(pid: int) -> set[str]:
    """What a process has open; nothing where that is another user's secret."""
    found = set()
    with suppress(OSError):
        for link in list((_PROC / str(pid) / "fd").iterdir()):
            with suppress(OSError):  # closed meanwhile
                found.add(os.readlink(link))
    return found


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()] if _PROC.exists() else []


def _listening(table: str, port: int) -> list[str]:
    """The socket inodes that /proc/net lists as listening (state 0A) on the port."""
    path = _PROC / "net" / table
    rows = [line.split() for line in path.read_text().splitlines()[1:]] if path.exists() else []
    return [row[9] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]
