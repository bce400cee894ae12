"""Keys of the API from the command line: shown once, narrow, ended at once."""

from uuid import UUID

import pytest
from django.test import Client

from meridian.accounts.commands import token_command
from meridian.accounts.models import ApiToken
from meridian.kernel.models import Act
from tests.accounts.firm import Firm, new_firm

pytestmark = pytest.mark.django_db

READ = "accounts.read_access_change"
LIST = "/api/v1/accounts/access-changes"


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def issue(firm: Firm, capsys: pytest.CaptureFixture[str], role: str = "auditor", *scopes: str) -> str:
    arguments = ["issue", firm.username(role), "--label", "接口"]
    assert token_command([*arguments, *(word for scope in scopes or (READ,) for word in ("--scope", scope))]) == 0
    return capsys.readouterr().out.strip()


def status(secret: str, url: str = LIST) -> int:
    return Client().get(url, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_is_shown_once_and_stored_as_its_hash(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    secret = issue(firm, capsys)
    assert secret.startswith("mer_")
    stored = ApiToken.objects.get(user_id=firm.user("auditor").pk)
    assert secret not in str(stored.__dict__)
    assert status(secret) == 200
    assert Act.objects.filter(company_id=firm.company_id, reason="token 接口", source="command").count() == 1
    assert token_command(["list", firm.username("auditor")]) == 0
    told = capsys.readouterr().out
    assert str(stored.pk) in told
    assert secret not in told


def test_a_key_narrows_its_owners_rights_and_never_widens_them(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(issue(firm, capsys, "auditor", "items.read_item")) == 403
    assert status(issue(firm, capsys, "keeper", READ)) == 403  # the keeper has not the right


def test_a_revoked_key_opens_nothing(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    secret = issue(firm, capsys)
    key = str(ApiToken.objects.get(user_id=firm.user("auditor").pk).pk)
    assert token_command(["revoke", key]) == 0
    assert status(secret) == 401
    assert token_command(["revoke", key]) == 2
    assert token_command(["revoke", str(UUID(int=1))]) == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--scope", "accounts.read_access_chang"], "near it: accounts.read_access_change"),
        (["--scope", READ, "--days", "367"], "between 1 and 366 days"),
        (["--scope", READ, "--days", "0"], "between 1 and 366 days"),
    ],
)
def test_what_cannot_be_issued_is_said(
    firm: Firm, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert token_command(["issue", firm.username("auditor"), "--label", "x", *arguments]) == 2
    assert problem in capsys.readouterr().err
    assert token_command(["issue", "nobody.at.all", "--label", "x", "--scope", READ]) == 2
    assert not ApiToken.objects.filter(user_id=firm.user("auditor").pk).exists()
