"""Tellings by mail: each person who has an address is written to in their language, retried, and every try is logged.

The server is named by `MERIDIAN_SMTP_HOST`, `_PORT`, `_SENDER`, `_TLS` (`starttls`, `ssl`, `none`), `_USER` and
`_PASSWORD`; without a host nobody is written to. What was not accepted is tried again with growing pauses.
"""

import os
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from meridian.alerts.vocabulary import Severity, TellingKind
from meridian.alerts.wording import read_form
from meridian.kernel.clock import now
from meridian.kernel.sql import fetch, run

TIMEOUT_SECONDS = 20
TRIES_MAX = 6
FIRST_PAUSE_MINUTES = 2
BATCH_MAX = 200
FRESH_DAYS = 2
"""Older tellings are not written about: they were told in the product, and a new server must not send the past."""
WEIGHTS = [severity.value for severity in Severity]


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. Its password is never shown, not even by `repr`."""

    host: str
    port: int
    sender: str
    tls: str
    user: str
    password: str
    address: str
    """Of the product, for links; empty: none."""
    least: str
    """The least severity that is written about."""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


def configured(environment: Mapping[str, str] | None = None) -> MailServer | None:
    """The server the environment names. Raises ValueError for a TLS mode or severity there is not."""
    given = os.environ if environment is None else environment
    host = given.get("MERIDIAN_SMTP_HOST", "")
    if not host:
        return None
    tls, least = given.get("MERIDIAN_SMTP_TLS", "starttls"), given.get("MERIDIAN_MAIL_SEVERITY", Severity.WARNING.value)
    if tls not in ("starttls", "ssl", "none"):
        raise ValueError(f"MERIDIAN_SMTP_TLS is {tls!r}: starttls, ssl or none")
    if least not in WEIGHTS:
        raise ValueError(f"MERIDIAN_MAIL_SEVERITY is {least!r}: one of {', '.join(WEIGHTS)}")
    return MailServer(
        host=host, port=int(given.get("MERIDIAN_SMTP_PORT", "587")), tls=tls, least=least,
        sender=given.get("MERIDIAN_SMTP_SENDER", "meridian@localhost"), user=given.get("MERIDIAN_SMTP_USER", ""),
        password=given.get("MERIDIAN_SMTP_PASSWORD", ""), address=given.get("MERIDIAN_PUBLIC_URL", "").rstrip("/"),
    )  # fmt: skip


_QUEUE = """
INSERT INTO alerts_delivery (id, company_id, telling_id, channel, state, tries, next_at, sent_at, error)
SELECT kernel_uuid7(), t.company_id, t.id, 'mail', 'waiting', 0, %(now)s, NULL, ''
FROM alerts_telling t
JOIN kernel_user u ON u.id = t.person_id AND u.company_id = t.company_id AND u.is_active AND u.email <> ''
WHERE t.at > %(since)s AND t.severity = ANY(%(severities)s)
ON CONFLICT (telling_id, channel, company_id) DO NOTHING
"""
_DUE = """
SELECT d.id, d.company_id, d.tries, u.email, u.name, u.language, t.kind, t.severity, a.number, a.fact, a.consequence,
       a.due_on, a.id
FROM alerts_delivery d
JOIN alerts_telling t ON t.id = d.telling_id AND t.company_id = d.company_id
JOIN alerts_alert a ON a.id = t.alert_id AND a.company_id = t.company_id
JOIN kernel_user u ON u.id = t.person_id AND u.company_id = t.company_id AND u.is_active AND u.email <> ''
WHERE d.state = 'waiting' AND d.next_at <= %(now)s ORDER BY d.id LIMIT %(most)s
"""
_COLUMNS = ("id", "company", "tries", "email", "name", "language", "kind", "severity", "number", "fact", "consequence",
            "due_on", "alert")  # fmt: skip
_SENT = """
UPDATE alerts_delivery SET state = 'sent', tries = tries + 1, sent_at = %(now)s, error = ''
WHERE id = %(id)s AND company_id = %(company)s
"""
_FAILED = """
UPDATE alerts_delivery SET state = %(state)s, tries = tries + 1, next_at = %(next)s, error = %(error)s
WHERE id = %(id)s AND company_id = %(company)s
"""


class MailFailedError(Exception):
    """Mail was not accepted; the message says how much and why, in a word."""


def send_waiting() -> str:
    """Writes what waits; how many letters were accepted. Raises MailFailedError when any was not.

    May be killed anywhere: a letter is written twice at worst, never forgotten.
    """
    server = configured()
    if server is None:
        return "0"
    severities = WEIGHTS[: WEIGHTS.index(server.least) + 1]
    run(_QUEUE, {"now": now(), "since": now() - timedelta(days=FRESH_DAYS), "severities": severities})
    waiting = [dict(zip(_COLUMNS, row, strict=True)) for row in fetch(_DUE, {"now": now(), "most": BATCH_MAX})]
    errors = [error for row in waiting if (error := _send(server, row))]
    if errors:
        raise MailFailedError(f"{len(errors)}: {errors[0]}")
    return f"{len(waiting)}"


def _send(server: MailServer, row: Mapping[str, Any]) -> str:
    """One letter; empty when it was accepted, else the kind of failure without a word of its content."""
    try:
        _hand_in(server, letter(server, row))
    except (OSError, smtplib.SMTPException) as failure:
        error, tries = type(failure).__name__, row["tries"] + 1
        pause = timedelta(minutes=FIRST_PAUSE_MINUTES * 2 ** row["tries"])
        run(_FAILED, {"id": row["id"], "company": row["company"], "error": error, "next": now() + pause,
                      "state": "given_up" if tries >= TRIES_MAX else "waiting"})  # fmt: skip
        return error
    run(_SENT, {"id": row["id"], "company": row["company"], "now": now()})
    return ""


def letter(server: MailServer, row: Mapping[str, Any]) -> EmailMessage:
    """The letter of one telling, in the language of who gets it."""
    with override(row["language"]):
        fact, consequence = str(read_form(row["fact"])), str(read_form(row["consequence"]))
        words = {"severity": Severity(row["severity"]).label, "kind": TellingKind(row["kind"]).label, "fact": fact}
        written = EmailMessage()
        written["From"], written["To"] = server.sender, row["email"]
        written["Subject"] = (_("[%(severity)s] %(fact)s") % words).replace("\n", " ")[:200]
        lines = [_("%(kind)s：%(fact)s") % words, consequence]
        if row["due_on"] is not None:
            lines.append(_("到期日：%(day)s") % {"day": row["due_on"]})
        if server.address:
            lines.append(f"{server.address}/alerts/alerts/{row['alert']}/")
        written.set_content("\n\n".join(lines))
    return written


def _hand_in(server: MailServer, written: EmailMessage) -> None:
    with (smtplib.SMTP_SSL if server.tls == "ssl" else smtplib.SMTP)(
        server.host, server.port, timeout=TIMEOUT_SECONDS
    ) as smtp:
        if server.tls == "starttls":
            smtp.starttls()
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(written)
