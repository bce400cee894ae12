"""`./meridian calc udi`: JSON lines in, JSON lines out (the protocol of the command, without the command line)."""

import io
import json
from datetime import UTC, date, datetime
from typing import TextIO

from meridian.items.udi.gs1.carriers import plain_message
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reader import SCAN_LENGTH_MAX, issuer_of, read
from meridian.items.udi.reading import Reading

LINE_LENGTH_MAX = 8192


def answer(line: str, *, today: date | None = None) -> str:
    r"""One line `{"scan": "…"}` answered by one line of JSON, without line end; never an exception.

    `"check": false` beside the scan reads a HIBC sample whose check characters are stand-ins. `quantity`,
    `sterilization_lot`, `valid_until`, `donation_id` and `warnings` are added where the scan has them.

    A scan from a plain carrier (`]Q1TESTING`) is right in itself and no UDI: `ok` with `issuer` null and no elements.
    `canonical` is the message of the carrier: elements with every FNC1 as `^`, an EAN/UPC symbol as its digits.
    `today` finds the century of two-digit years; the machine's day (UTC) if it is not given.
    """
    if len(line) > LINE_LENGTH_MAX:
        return _refused("scan_too_long", f"a line may have {LINE_LENGTH_MAX} characters", LINE_LENGTH_MAX)
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _refused("bad_request", 'not a JSON object {"scan": "…"}', 0)
    scan = request.get("scan") if isinstance(request, dict) else None
    if not isinstance(scan, str):
        return _refused("bad_request", 'not a JSON object {"scan": "…"}', 0)
    is_gs1 = len(scan) <= SCAN_LENGTH_MAX and not issuer_of(scan)[0]
    plain = plain_message(scan) if is_gs1 else None
    if plain is not None:
        return _plain(plain)
    try:
        verify = request.get("check") is not False
        return _read(read(scan, today=today or datetime.now(tz=UTC).date(), verify=verify))
    except UdiRefused as refusal:
        return _refused(refusal.code, refusal.message, refusal.position)


def main(stdin: TextIO, stdout: TextIO) -> int:
    """Answers every line of `stdin` on `stdout`, at once; empty lines are passed over. Returns the exit status 0."""
    if isinstance(stdin, io.TextIOWrapper):
        # A byte that is no UTF-8 spoils its own line, not the run.
        stdin.reconfigure(encoding="utf-8", errors="replace")
    while line := stdin.readline(LINE_LENGTH_MAX + 2):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = stdin.readline(LINE_LENGTH_MAX)
        if line.strip():
            stdout.write(answer(line.rstrip("\r\n")) + "\n")
            stdout.flush()
    return 0


def _read(reading: Reading) -> str:
    return json.dumps(
        {
            "ok": True,
            "issuer": reading.issuer,
            "di": reading.di,
            "lot": reading.lot,
            "serial": reading.serial,
            "manufactured_on": reading.manufactured_on and reading.manufactured_on.isoformat(),
            "expires_on": reading.expires_on and reading.expires_on.isoformat(),
            "expires_precision": reading.expires_precision,
            "elements": reading.elements,
            "canonical": reading.message,
            **{name: value for name, value in _more(reading).items() if value},
        }
    )


def _more(reading: Reading) -> dict[str, object]:
    return {
        "quantity": reading.quantity,
        "sterilization_lot": reading.sterilization_lot,
        "valid_until": reading.valid_until and reading.valid_until.isoformat(),
        "donation_id": reading.donation_id,
        "warnings": list(reading.warnings),
    }


def _plain(message: str) -> str:
    nothing = ("issuer", "di", "lot", "serial", "manufactured_on", "expires_on", "expires_precision")
    return json.dumps({"ok": True, **dict.fromkeys(nothing), "elements": [], "canonical": message})


def _refused(code: str, message: str, position: int) -> str:
    return json.dumps({"ok": False, "code": code, "message": message, "position": position})
