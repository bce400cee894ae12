"""Changes of access: asked by one, signed by another, about a third, and never about oneself (GSP Art 19, MLPS-5)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.models import AccessChange, ApiToken
from meridian.accounts.queries import load_access_changes
from meridian.accounts.tokens import issue_token
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.context import in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import (
    RefusalRecord,
    Role,
    RoleAssignment,
    RolePermission,
    SignatureRecord,
    TransitionRecord,
    User,
)
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import registry
from meridian.kernel.signature import Signing
from meridian.kernel.tests.engine_case import counted_statements
from tests.accounts.firm import PASSWORD, Firm, access_change, content_hash, new_firm

pytestmark = pytest.mark.django_db

READ = "accounts.read_access_change"


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def submit(firm: Firm, change: UUID, *, by: str = "system_admin") -> None:
    declared = registry.document_types["access_change"]
    with in_company(firm.company_id):
        perform(declared.transitions["submit"], Command(document_id=change), actor=firm.actor(by))


def sign(firm: Firm, change: UUID, *, by: str = "quality_staff", password: str = PASSWORD) -> None:
    declared = registry.document_types["access_change"]
    signing = Signing(content_hash=content_hash(firm, "access_change", change), meaning="approved", password=password)
    with in_company(firm.company_id):
        command = Command(document_id=change, signing=signing)
        perform(declared.transitions["put_into_force"], command, actor=firm.actor(by))


def in_force(firm: Firm, *, by: str = "system_admin", signed_by: str = "quality_staff", **fields: Any) -> UUID:
    change = access_change(firm, by=by, **fields)
    submit(firm, change, by=by)
    sign(firm, change, by=signed_by)
    return change


def refused(firm: Firm, *, by: str = "system_admin", **fields: Any) -> list[str]:
    """The codes for which a change is not submitted; proves that nothing moved and one refusal was recorded."""
    change = access_change(firm, by=by, **fields)
    before = RefusalRecord.objects.filter(document_id=change).count()
    with pytest.raises(Refused) as caught:
        submit(firm, change, by=by)
    with in_company(firm.company_id):
        assert AccessChange.objects.get(pk=change).state == "draft"
    assert not TransitionRecord.objects.filter(document_id=change).exists()
    assert RefusalRecord.objects.filter(document_id=change).count() == before + 1
    return [finding.code for finding in caught.value.findings]


def roles_of(firm: Firm, role: str) -> frozenset[str]:
    with in_company(firm.company_id):
        return grants_of(firm.actor(role)).roles


def test_a_role_is_granted_by_a_signed_change_and_not_before(firm: Firm) -> None:
    change = access_change(firm, role_code="auditor")
    assert roles_of(firm, "keeper") == {"keeper"}
    submit(firm, change)
    assert roles_of(firm, "keeper") == {"keeper"}
    sign(firm, change)
    assert roles_of(firm, "keeper") == {"keeper", "auditor"}
    assert SignatureRecord.objects.get(document_id=change).signer_id == firm.user("quality_staff").pk


def test_whoever_asks_does_not_approve(firm: Firm) -> None:
    with in_company(firm.company_id), open_act(firm.actor("security_admin")):
        quality = Role.objects.get(code="quality_staff")
        RoleAssignment.objects.create(user_id=firm.user("system_admin").pk, role=quality, valid_from=now())
    change = access_change(firm, role_code="auditor")
    submit(firm, change)
    with pytest.raises(Refused) as caught:
        sign(firm, change, by="system_admin")
    assert caught.value.code == "second_person_required"
    assert roles_of(firm, "keeper") == {"keeper"}


def test_a_wrong_password_signs_nothing(firm: Firm) -> None:
    change = access_change(firm, role_code="auditor")
    submit(firm, change)
    with pytest.raises(Refused):
        sign(firm, change, password="Wrong-Password-1")
    assert roles_of(firm, "keeper") == {"keeper"}


def test_own_access_untouched__refuses_the_drafter_himself__allows_another(firm: Firm) -> None:
    own = {"username": firm.username("system_admin"), "role_code": "buyer"}
    assert refused(firm, **own) == ["own_access_untouched"]
    submit(firm, access_change(firm, by="security_admin", **own), by="security_admin")


def test_own_access_untouched__refuses_the_signer_about_himself(firm: Firm) -> None:
    change = access_change(firm, username=firm.username("quality_staff"), role_code="buyer")
    submit(firm, change)
    with pytest.raises(Refused) as caught:
        sign(firm, change)
    assert caught.value.code == "own_access_untouched"
    sign(firm, change, by="quality_head")


def test_own_access_untouched__refuses_rights_of_a_post_one_holds(firm: Firm) -> None:
    more = {"kind": "grant_right", "username": "", "role_code": "system_admin", "permission": "items.approve_item"}
    assert refused(firm, **more) == ["own_access_untouched"]
    submit(firm, access_change(firm, by="security_admin", **more), by="security_admin")


def test_roles_separated__refuses_the_excluded_post__allows_another(firm: Firm) -> None:
    """会计法 Art 35: who keeps the books does not keep the goods."""
    assert refused(firm, role_code="accountant") == ["roles_separated"]
    in_force(firm, role_code="picker")


def test_roles_separated__judges_again_when_signed(firm: Firm) -> None:
    in_force(firm, kind="revoke_role", role_code="keeper")
    accountant = access_change(firm, role_code="accountant")
    keeper = access_change(firm, role_code="keeper")
    submit(firm, accountant)
    submit(firm, keeper)  # each alone is allowed
    sign(firm, accountant)
    with pytest.raises(Refused) as caught:
        sign(firm, keeper)
    assert caught.value.code == "roles_separated"
    assert roles_of(firm, "keeper") == {"accountant"}


def test_separation_holds_at_use_even_if_both_posts_were_given_before_the_rule(firm: Firm) -> None:
    """The pair can arise behind the door, by an older rule set: then neither post works (MLPS-5)."""
    with in_company(firm.company_id), open_act(firm.actor("security_admin")):
        auditor = Role.objects.get(code="auditor")
        RoleAssignment.objects.create(user_id=firm.user("system_admin").pk, role=auditor, valid_from=now())
    change = access_change(firm, role_code="buyer")
    with pytest.raises(Refused) as caught:
        submit(firm, change)
    assert caught.value.code == "separation_of_duty"
    with in_company(firm.company_id):
        assert AccessChange.objects.get(pk=change).state == "draft"


def test_role_and_scope_named__refuses_unknown_role_scope_and_period(firm: Firm) -> None:
    gate = ["role_and_scope_named"]
    assert refused(firm, role_code="emperor") == gate
    assert refused(firm, role_code="auditor", scope_kind="site") == gate  # which site?
    assert refused(firm, role_code="auditor", scope_id=str(firm.site_id)) == gate  # the whole company is not a site
    elsewhere = new_firm()
    assert refused(firm, role_code="auditor", scope_kind="site", scope_id=str(elsewhere.site_id)) == gate
    begins = now() + timedelta(days=2)
    ends = now() + timedelta(days=1)
    period = {"valid_from": begins.isoformat(), "valid_until": ends.isoformat()}
    assert refused(firm, role_code="auditor", **period) == gate
    assert refused(firm, role_code="auditor", valid_until=(now() - timedelta(seconds=1)).isoformat()) == gate
    submit(firm, access_change(firm, role_code="auditor", scope_kind="site", scope_id=str(firm.site_id)))


def test_a_role_is_held_within_its_period_only(firm: Firm) -> None:
    begins = now() + timedelta(hours=1)
    in_force(firm, role_code="auditor", valid_from=begins.isoformat())
    assert roles_of(firm, "keeper") == {"keeper"}
    with in_company(firm.company_id), open_act(firm.actor("security_admin")):
        held = RoleAssignment.objects.filter(role__code="auditor", user_id=firm.user("keeper").pk)
        held.update(valid_from=now() - timedelta(hours=2))
    assert roles_of(firm, "keeper") == {"keeper", "auditor"}
    with in_company(firm.company_id), open_act(firm.actor("security_admin")):
        held.update(valid_until=now() - timedelta(seconds=1))
    assert roles_of(firm, "keeper") == {"keeper"}


def test_a_role_limited_to_a_site_opens_that_site_alone(firm: Firm) -> None:
    in_force(firm, role_code="auditor", scope_kind="site", scope_id=str(firm.site_id))
    with in_company(firm.company_id):
        document = AccessChange.objects.latest("pk")
        grants = grants_of(firm.actor("keeper"))
        assert grants.role_for(READ, document, AccessChangeDocument.scope) == "auditor"
        document.site_id = UUID(int=7)
        assert grants.role_for(READ, document, AccessChangeDocument.scope) is None
        assert AccessChange.objects.latest("pk").scope_name == "总部"


def test_a_newcomer_comes_without_password_and_without_posts(firm: Firm) -> None:
    username = f"newcomer.{firm.suffix}"
    in_force(firm, kind="create_user", username=username, person_name="新人甲")
    user = User.objects.get(username=username)
    assert (user.company_id, user.has_usable_password(), user.is_machine) == (firm.company_id, False, False)
    with in_company(firm.company_id):
        assert not RoleAssignment.objects.filter(user_id=user.pk).exists()


def test_username_unused__refuses_a_name_any_company_used__allows_a_fresh_one(firm: Firm) -> None:
    other = new_firm()
    taken = {"kind": "create_user", "username": other.username("keeper"), "person_name": "甲"}
    assert refused(firm, **taken) == ["username_unused"]
    assert refused(firm, kind="create_user", username=f"x.{firm.suffix}", person_name="") == ["username_unused"]
    submit(firm, access_change(firm, kind="create_user", username=f"x.{firm.suffix}", person_name="甲"))


def test_person_known__refuses_a_person_of_another_company(firm: Firm) -> None:
    other = new_firm()
    assert refused(firm, username=other.username("keeper"), role_code="auditor") == ["person_known"]
    assert refused(firm, username="", role_code="auditor") == ["person_known"]


def test_a_disabled_person_is_out_at_once_with_tokens_and_comes_back_without_them(firm: Firm) -> None:
    client, user = firm.client("keeper"), firm.user("keeper")
    with in_company(firm.company_id):
        issue_token(user, label="x", scopes=[READ], days=1, actor=firm.actor("system_admin"))
    assert client.get("/account/security").status_code == 200
    in_force(firm, kind="disable_user")
    assert client.get("/account/security").status_code == 302
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 401
    assert not ApiToken.objects.filter(user_id=user.pk, revoked_at=None).exists()
    in_force(firm, kind="enable_user")
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 302
    assert not ApiToken.objects.filter(user_id=user.pk, revoked_at=None).exists()


def test_a_reset_ends_password_and_session_and_lets_a_link_be_made(firm: Firm) -> None:
    client, user = firm.client("keeper"), firm.user("keeper")
    in_force(firm, kind="reset_sign_in")
    assert client.get("/account/security").status_code == 302
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 401
    made = firm.client("security_admin").post(f"/account/people/{user.pk}/credential-link")
    assert made.status_code == 200


def test_a_service_account_signs_in_nowhere_and_signs_nothing(firm: Firm) -> None:
    username = f"lims.{firm.suffix}"
    in_force(firm, kind="create_service", username=username, person_name="实验室接口")
    user = User.objects.get(username=username)
    assert user.is_machine
    assert firm.client("security_admin").post(f"/account/people/{user.pk}/credential-link").status_code == 404


def test_a_right_is_given_to_a_post_and_taken_by_signed_changes(firm: Firm) -> None:
    right = {"username": "", "role_code": "keeper", "permission": READ}
    with in_company(firm.company_id):
        assert not grants_of(firm.actor("keeper")).allows(READ)
    change = in_force(firm, kind="grant_right", **right)
    with in_company(firm.company_id):
        assert grants_of(firm.actor("keeper")).allows(READ)
        stored = AccessChange.objects.get(pk=change)
        assert (stored.role_name, stored.permission_name) == ("保管员", "权限变更 · 查看")
    in_force(firm, kind="withdraw_right", **right)
    with in_company(firm.company_id):
        assert not grants_of(firm.actor("keeper")).allows(READ)
        assert not RolePermission.objects.filter(role__code="keeper", permission=READ).exists()


def test_right_named__refuses_unknown_and_pointless_changes__allows_a_real_one(firm: Firm) -> None:
    gate = ["right_named"]
    of_keeper = {"username": "", "role_code": "keeper"}
    assert refused(firm, kind="grant_right", permission="everything.do_all", **of_keeper) == gate
    assert refused(firm, kind="grant_right", permission="", **of_keeper) == gate
    assert refused(firm, kind="withdraw_right", permission=READ, **of_keeper) == gate
    of_auditor = {"username": "", "role_code": "auditor"}
    assert refused(firm, kind="grant_right", permission=READ, **of_auditor) == gate
    submit(firm, access_change(firm, kind="grant_right", permission=READ, **of_keeper))


def test_names_beside_codes_are_kept_by_the_system_and_taken_from_no_payload(firm: Firm) -> None:
    with pytest.raises(Refused) as caught:
        access_change(firm, role_code="auditor", role_name="总经理")
    assert caught.value.status == 422
    change = access_change(firm, role_code="auditor")
    with in_company(firm.company_id):
        command = DraftCommand(fields={"role_code": "picker"}, document_id=change, version=1)
        draft(registry.document_types["access_change"], command, actor=firm.actor("system_admin"))
        assert AccessChange.objects.get(pk=change).role_name == "拣货员"


def test_facts_of_one_change_and_of_many_take_the_same_statements(firm: Firm) -> None:
    changes = [access_change(firm, role_code=code) for code in ("auditor", "picker", "buyer")]
    with in_company(firm.company_id):
        load_access_changes(firm.company_id, changes[:1], frozenset())  # the clock of the store is read now and then
        with counted_statements() as for_one:
            load_access_changes(firm.company_id, changes[:1], frozenset())
        with counted_statements() as for_many:
            load_access_changes(firm.company_id, changes, frozenset())
    assert len(for_one) == len(for_many) == 6
