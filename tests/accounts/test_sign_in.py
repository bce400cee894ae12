"""Coming in: the right person, nobody else, not for ever, and every attempt on record."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from pytest_django import Settings

from meridian.accounts import second_factor
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.models import Act, RefusalRecord, Store, User
from meridian.kernel.tests.engine_case import counted_statements
from tests.accounts.firm import PASSWORD, Firm, new_firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in", {"username": username, "password": password, **more}).status_code


def enrol(user: User) -> str:
    """A one-time code secret enrolled without the page; answers the plain secret."""
    session: dict[str, str] = {}
    secret = second_factor.offered_secret(session)  # type: ignore[arg-type]
    assert second_factor.enrol_code(user, session, code_of(secret))  # type: ignore[arg-type]
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """RFC 6238: the code of the 30-second step `steps` from now."""
    return str(format_hotp_value(hotp_value(secret, int(now().timestamp()) // 30 + steps)))


def test_password_opens_a_session_and_is_recorded(firm: Firm) -> None:
    client = Client()
    answer = client.post("/sign-in", {"username": firm.username("keeper"), "password": PASSWORD, "next": "/x?y=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/x?y=1")
    assert client.get("/account/security").status_code == 200
    assert Act.objects.filter(actor_id=firm.user("keeper").pk, reason="signed in").count() == 1


def test_sign_in_goes_to_this_site_only(firm: Firm) -> None:
    answer = Client().post(
        "/sign-in", {"username": firm.username("keeper"), "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_pages_ask_for_sign_in_first() -> None:
    answer = Client().get("/account/security?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Faccount%2Fsecurity%3Fa%3D1")


def test_htmx_gets_401_with_a_dialog() -> None:
    answer = Client().get("/account/security", headers={"HX-Request": "true", "HX-Current-URL": "http://x/items?p=2"})
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "body"
    assert 'value="/items?p=2"' in answer.content.decode()


def test_same_answer_for_unknown_name_wrong_password_and_disabled_person(firm: Firm) -> None:
    disabled = firm.user("auditor")
    disable(firm, disabled)
    pages = []
    for username, password in (
        (f"nobody.{firm.suffix}", PASSWORD),
        (firm.username("keeper"), "wrong-password"),
        (disabled.username, PASSWORD),
    ):
        answer = Client().post("/sign-in", {"username": username, "password": password})
        assert answer.status_code == 401
        pages.append("用户名或密码不正确" in answer.content.decode())
    assert pages == [True, True, True]


def disable(firm: Firm, user: User) -> None:
    with open_act(firm.actor("system_admin")):
        User.objects.filter(pk=user.pk).update(is_active=False)


def test_five_failures_lock_that_name_from_that_address_and_are_recorded(firm: Firm) -> None:
    client, username = Client(), firm.username("keeper")
    assert [sign_in(client, username, "wrong") for _attempt in range(5)] == [401, 401, 401, 401, 403]
    answer = client.post("/sign-in", {"username": username, "password": PASSWORD})
    assert answer.status_code == 403
    assert "已锁定" in answer.content.decode()
    assert sign_in(Client(REMOTE_ADDR="10.9.8.7"), username) == 302  # another address is not locked out
    codes = list(
        RefusalRecord.objects.filter(actor_id=firm.user("keeper").pk).order_by("pk").values_list("code", flat=True)
    )
    assert codes == ["sign_in_failed"] * 4 + ["account_locked"] * 2


def test_lock_ends_after_fifteen_minutes(firm: Firm) -> None:
    client, username = Client(), firm.username("keeper")
    for _attempt in range(5):
        sign_in(client, username, "wrong")
    with time_machine.travel(now() + timedelta(minutes=14, seconds=50)):
        assert sign_in(client, username) == 403
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert sign_in(client, username) == 302


def test_session_ends_fifteen_minutes_after_the_last_request(firm: Firm) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = firm.client("keeper")
        clock.move_to(start + timedelta(minutes=14, seconds=59))
        assert client.get("/account/security").status_code == 200
        clock.move_to(start + timedelta(minutes=29, seconds=58))
        assert client.get("/account/security").status_code == 200  # it slides
        clock.move_to(start + timedelta(minutes=44, seconds=59))
        assert client.get("/account/security").status_code == 302


def test_pages_read_within_a_minute_write_nothing_and_no_session_outlives_fifteen_idle_minutes(firm: Firm) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = firm.client("keeper")
        clock.move_to(start + timedelta(seconds=59))
        with counted_statements() as statements:
            assert client.get("/").status_code == 200
        assert not any(each.startswith(("UPDATE", "INSERT", "DELETE")) for each in statements)
        clock.move_to(start + timedelta(minutes=1))
        with counted_statements() as statements:
            assert client.get("/").status_code == 200
        assert any(each.startswith("UPDATE") for each in statements)
        clock.move_to(start + timedelta(minutes=16, seconds=1))
        assert client.get("/").status_code == 302


def test_sign_out_ends_the_session(firm: Firm) -> None:
    client = firm.client("keeper")
    assert client.get("/sign-out").status_code == 405  # a link cannot sign anyone out
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account/security").status_code == 302


def test_enrolled_code_is_asked_and_counts_once(firm: Firm) -> None:
    secret, username = enrol(firm.user("keeper")), firm.username("keeper")
    client = Client()
    asked = client.post("/sign-in", {"username": username, "password": PASSWORD})
    assert asked.status_code == 200
    assert 'name="code"' in asked.content.decode()
    assert client.get("/account/security").status_code == 302  # the password alone opens nothing
    assert sign_in(client, username, "", code=code_of(secret, 3)) == 401  # far ahead of the clock
    code = code_of(secret)
    assert sign_in(client, username, "", code=code) == 302
    assert sign_in(Client(), username, PASSWORD, code=code) == 401  # replayed


def test_full_width_digits_are_understood(firm: Firm) -> None:
    secret = enrol(firm.user("keeper"))
    wide = code_of(secret).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert sign_in(Client(), firm.username("keeper"), PASSWORD, code=f" {wide[:3]} {wide[3:]}") == 302


def test_wrong_codes_lock_too(firm: Firm) -> None:
    enrol(firm.user("keeper"))
    client, username = Client(), firm.username("keeper")
    assert [sign_in(client, username, PASSWORD, code="000000") for _attempt in range(5)][-1] == 403


def test_secret_of_codes_is_not_stored_in_the_clear(firm: Firm) -> None:
    secret = enrol(firm.user("keeper"))
    stored = Authenticator.objects.get(user_id=firm.user("keeper").pk)
    assert secret not in str(stored.data)


def test_pending_password_belongs_to_one_name(firm: Firm) -> None:
    enrol(firm.user("keeper"))
    other = enrol(firm.user("auditor"))
    client = Client()
    client.post("/sign-in", {"username": firm.username("keeper"), "password": PASSWORD})
    assert sign_in(client, firm.username("auditor"), "", code=code_of(other)) == 401


def test_cross_site_form_is_refused(firm: Firm) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, firm.username("keeper")) == 403


def test_demo_accounts_are_not_offered_in_a_store_that_is_no_demo(firm: Firm) -> None:
    assert Store.objects.get().kind == "test"
    assert "演示账号" not in Client().get("/sign-in").content.decode()
    assert Client().post("/sign-in/demo", {"role": "keeper"}).status_code == 404


def test_demo_accounts_are_one_click_on_loopback_only(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("meridian.accounts.signing_in.kind_of_store", lambda: Store.Kind.DEMO)
    assert "演示账号" not in Client().get("/sign-in").content.decode()  # nobody vouched for the interface
    assert Client().post("/sign-in/demo", {"role": "keeper"}).status_code == 404
    settings.LOOPBACK_ONLY = True  # as the supervisor says of a server that only this machine reaches
    page = Client().get("/sign-in").content.decode()
    assert "演示账号" in page
    assert 'value="keeper"' in page
    far = Client(REMOTE_ADDR="192.168.1.9")
    assert "演示账号" not in far.get("/sign-in").content.decode()
    assert far.post("/sign-in/demo", {"role": "keeper"}).status_code == 404
    near = Client()
    assert near.post("/sign-in/demo", {"role": "keeper"}).status_code == 302
    assert near.get("/account/security").status_code == 200


def test_newcomer_sets_a_password_once_by_a_link(firm: Firm) -> None:
    person = firm.user("keeper")
    security = firm.client("security_admin")
    url = f"/account/people/{person.pk}/credential-link"
    assert security.post(url).status_code == 409  # a person with a password is taken over by nobody
    forget_password(firm, person)
    assert firm.client("system_admin").post(url).status_code == 403
    link = security.post(url).json()["url"]
    stranger = Client()
    assert stranger.post(link, {"new_password": "short"}).status_code == 422
    assert stranger.post(link, {"new_password": "Ren-Mai-Du-Mai-14"}).status_code == 302
    assert stranger.get(link).status_code == 404
    assert sign_in(stranger, person.username, "Ren-Mai-Du-Mai-14") == 302


def forget_password(firm: Firm, person: User) -> None:
    with open_act(firm.actor("system_admin")):
        person.set_unusable_password()
        person.save(update_fields=["password"])


def test_own_password_changes_with_the_present_one(firm: Firm) -> None:
    client = firm.client("keeper")
    form = {"act": "password", "password": "wrong", "new_password": "Ren-Mai-Du-Mai-14"}
    assert client.post("/account/security", form).status_code == 422
    assert client.post("/account/security", {**form, "password": PASSWORD}).status_code == 200
    assert client.get("/account/security").status_code == 200  # this session goes on
    assert sign_in(Client(), firm.username("keeper")) == 401
    assert sign_in(Client(), firm.username("keeper"), "Ren-Mai-Du-Mai-14") == 302


def test_passkey_challenges_name_this_host(firm: Firm) -> None:
    client = firm.client("keeper")
    made = client.get("/account/passkey-registration", headers={"Host": "localhost:8000"}).json()["publicKey"]
    assert made["rp"]["id"] == "localhost"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    asked = Client().get("/sign-in/passkey-options", headers={"Host": "localhost:8000"}).json()["publicKey"]
    assert asked["rpId"] == "localhost"
    assert asked["userVerification"] == "required"
    assert asked["challenge"] != made["challenge"]


@pytest.mark.parametrize("answer", ["[]", "{", '{"id": 1}', '{"response": {"userHandle": "AAAA"}}', "null"])
def test_hostile_passkey_answers_are_refused(firm: Firm, answer: str) -> None:
    client = Client()
    client.get("/sign-in/passkey-options")
    form = {"username": firm.username("keeper"), "password": "", "passkey": answer}
    assert client.post("/sign-in", form).status_code in {401, 422}
