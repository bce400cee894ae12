"""Mail of alerts: one letter a telling, in the reader's language, by severity, tried again, over loopback."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_string, policy
from typing import Any

import pytest

from meridian.alerts.mail import MailFailedError, MailServer, configured, send_waiting
from meridian.alerts.models import Delivery
from meridian.alerts.tests.factories import raised
from meridian.kernel.act import open_act
from meridian.kernel.models import User
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role

pytestmark = pytest.mark.django_db


class Receiver(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a client needs to hand a letter in."""

    daemon_threads = True
    allow_reuse_address = True
    refuses = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.letters: list[str] = []


class Talk(socketserver.StreamRequestHandler):
    """One client."""

    server: Receiver

    def handle(self) -> None:
        self.say("220 receiver")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                body = []
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    body.append(part)
                self.server.letters.append("".join(body))
                self.say("250 kept")
            elif word == "QUIT":
                self.say("221 bye")
                break
            elif word == "RCPT" and self.server.refuses:
                self.say("550 no such mailbox")
            else:
                self.say("250 fine")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        given = {"HOST": "127.0.0.1", "PORT": str(server.server_address[1]), "TLS": "none", "SENDER": "erp@example.cn"}
        for name, value in given.items():
            monkeypatch.setenv(f"MERIDIAN_SMTP_{name}", value)
        monkeypatch.setenv("MERIDIAN_PUBLIC_URL", "https://erp.example.cn/")
        yield server
        server.shutdown()


def company_with_address(language: str = "zh-hans") -> CompanyForTests:
    company = new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD))
    with open_act(company.set_up.system):
        head = User.objects.filter(pk=company.actors[Role.QUALITY_HEAD].user_id)
        head.update(email="head@example.cn", language=language)
    return company


def read(letter: str) -> Any:
    return message_from_string(letter, policy=policy.default)


@pytest.mark.parametrize(("language", "subject"), [("zh-hans", "[警告]"), ("en", "[Warning]")])
def test_the_owner_gets_one_letter_in_their_language(receiver: Receiver, language: str, subject: str) -> None:
    key = raised(company_with_address(language))
    assert (send_waiting(), send_waiting()) == ("1", "0")
    [letter] = map(read, receiver.letters)
    assert (letter["To"], letter["From"]) == ("head@example.cn", "erp@example.cn")
    assert str(letter["Subject"]).startswith(subject)
    assert f"https://erp.example.cn/alerts/alerts/{key}/" in letter.get_content()


def test_a_notice_weighs_too_little_for_a_letter(receiver: Receiver) -> None:
    raised(company_with_address(), days=80)
    assert send_waiting() == "0"
    assert receiver.letters == []


def test_what_is_refused_waits_longer_each_time_and_is_given_up(receiver: Receiver) -> None:
    company = company_with_address()
    raised(company)
    receiver.refuses = True
    for tries in range(1, 7):
        with company.scope():
            Delivery.objects.update(next_at="2000-01-01T00:00Z")
        with pytest.raises(MailFailedError, match="SMTPRecipientsRefused"):
            send_waiting()
        with company.scope():
            [row] = Delivery.objects.all()
        assert (row.tries, row.error) == (tries, "SMTPRecipientsRefused")
    assert row.state == "given_up"
    assert send_waiting() == "0"


def test_without_a_server_nobody_is_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MERIDIAN_SMTP_HOST", raising=False)
    raised(company_with_address())
    assert send_waiting() == "0"


def test_the_password_is_never_shown() -> None:
    server = configured({"MERIDIAN_SMTP_HOST": "mail", "MERIDIAN_SMTP_PASSWORD": "s3cret"})
    assert isinstance(server, MailServer)
    assert "s3cret" not in repr(server)
    with pytest.raises(ValueError, match="MERIDIAN_SMTP_TLS"):
        configured({"MERIDIAN_SMTP_HOST": "mail", "MERIDIAN_SMTP_TLS": "maybe"})
