"""Persons and posts by screen: who is who, who may ask, and what a page never shows."""

import re

import pytest
from django.test import Client

from meridian.accounts.models import AccessChange
from meridian.accounts.people import people
from meridian.kernel.act import open_act
from meridian.kernel.context import in_company
from meridian.kernel.models import Act, Role
from meridian.kernel.tests.engine_case import counted_statements
from tests.accounts.firm import PASSWORD, Firm, new_firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def person_url(firm: Firm, role: str) -> str:
    return f"/people/{firm.user(role).pk}/"


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def lock(firm: Firm, role: str) -> None:
    for _attempt in range(5):
        Client(REMOTE_ADDR="10.1.2.3").post("/sign-in", {"username": firm.username(role), "password": "wrong"})


def test_list_says_posts_state_and_last_sign_in(firm: Firm) -> None:
    lock(firm, "keeper")
    page = text(firm.client("quality_staff"), "/people/")
    for words in ("保管员甲", firm.username("keeper"), "登录锁定", "质管员甲", "启用"):
        assert words in page
    assert "质管员甲" not in text(firm.client("quality_staff"), "/people/?view=locked").partition("<tbody")[2]


def test_list_takes_the_same_statements_for_any_number_of_persons(firm: Firm) -> None:
    with in_company(firm.company_id):
        people()  # the clock of the store is read now and then
        with counted_statements() as for_all:
            assert len(people()) == 8
        with counted_statements() as for_one:
            assert len(people(firm.user("keeper").pk)) == 1
    assert len(for_all) == len(for_one) - 1 == 4  # one more finds the keeper's key


def test_posts_are_named_in_the_reader_s_language_unless_the_company_renamed_them(firm: Firm) -> None:
    with open_act(firm.actor("system_admin")):
        Role.objects.filter(code="keeper").update(name="一号库保管")
    reader = firm.client("auditor")
    for url in ("/people/", "/roles/", person_url(firm, "quality_head"), "/roles/quality_head/"):
        page = reader.get(url, headers={"accept-language": "en"}).content.decode()
        assert "Quality head" in page, url
        assert "质量负责人<" not in page, url
    english = reader.get("/roles/", headers={"accept-language": "en"}).content.decode()
    assert "一号库保管" in english
    assert "质量负责人" in text(reader, "/roles/")


def test_persons_are_shown_to_those_who_read_changes_of_access(firm: Firm) -> None:
    for url in ("/people/", person_url(firm, "auditor"), "/roles/", "/roles/keeper/"):
        assert firm.client("keeper").get(url).status_code == 404
        assert firm.client("auditor").get(url).status_code == 200


def test_persons_of_another_company_do_not_exist(firm: Firm) -> None:
    other = new_firm()
    client = firm.client("system_admin")
    assert client.get(person_url(other, "keeper")).status_code == 404
    assert client.get(f"{person_url(other, 'keeper')}change/assign_role").status_code == 404
    assert other.username("keeper") not in text(client, "/people/")


def test_a_change_asked_for_from_a_person_names_that_person_and_becomes_a_draft(firm: Firm) -> None:
    client, url = firm.client("system_admin"), f"{person_url(firm, 'keeper')}change/assign_role"
    form = text(client, url)
    assert firm.username("keeper") in form
    assert "检查员" in form
    assert "主仓库" in form  # a scope to choose
    warehouse = re.search(r'value="(warehouse:[0-9a-f-]{36})"', form)
    assert warehouse is not None
    given = {"role_code": "picker", "scope": warehouse[1], "justification": "旺季", "key": "k1"}
    made = client.post(url, given)
    assert made.status_code == 302
    assert client.post(url, given)["Location"] == made["Location"]  # sent twice, asked once
    with in_company(firm.company_id):
        change = AccessChange.objects.get()
    assert (change.username, change.role_name, change.scope_name) == (firm.username("keeper"), "拣货员", "主仓库")
    page = text(client, made["Location"])
    assert "拣货员" in page
    assert "提交" in page


def test_what_is_wrong_comes_back_in_the_form_with_what_was_typed(firm: Firm) -> None:
    client, url = firm.client("system_admin"), f"{person_url(firm, 'keeper')}change/assign_role"
    answer = client.post(url, {"role_code": "picker", "scope": "company:", "justification": "", "valid_until": "soon"})
    assert answer.status_code == 422
    assert 'value="soon"' in answer.content.decode()
    with in_company(firm.company_id):
        assert not AccessChange.objects.exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("people/new/create_user", {"username": "x.1", "person_name": "新人"}),
        ("people/new/create_service", {"username": "lims.1", "person_name": "实验室"}),
        ("{keeper}change/revoke_role", {"held": "keeper|company|"}),
        ("{keeper}change/disable_user", {}),
        ("{keeper}change/reset_sign_in", {}),
        ("roles/keeper/change/grant_right", {"permission": "accounts.read_access_change"}),
        ("roles/auditor/change/withdraw_right", {"permission": "accounts.read_access_change"}),
    ],
)
def test_every_kind_of_change_can_be_asked_for_and_submitted(firm: Firm, path: str, form: dict[str, str]) -> None:
    client = firm.client("system_admin")
    url = f"/{path}".format(keeper=person_url(firm, "keeper")[1:])
    text(client, url)
    if form.get("username"):
        form = {**form, "username": f"{form['username']}.{firm.suffix}"}
    made = client.post(url, {**form, "justification": "岗位调整"})
    assert made.status_code == 302
    with in_company(firm.company_id):
        version = AccessChange.objects.get().version
    assert client.post(f"{made['Location']}submit", {"version": version, "key": "s"}).status_code == 302
    with in_company(firm.company_id):
        assert AccessChange.objects.get().state == "submitted"


def test_nobody_is_offered_changes_of_himself_or_of_his_post(firm: Firm) -> None:
    client = firm.client("system_admin")
    assert "授予岗位" in text(client, person_url(firm, "keeper"))
    assert "授予岗位" not in text(client, person_url(firm, "system_admin"))
    assert "岗位增加权限" in text(client, "/roles/keeper/")
    assert "岗位增加权限" not in text(client, "/roles/system_admin/")
    assert "授予岗位" not in text(firm.client("quality_staff"), person_url(firm, "keeper"))


def test_who_may_not_ask_is_refused(firm: Firm) -> None:
    url = f"{person_url(firm, 'keeper')}change/disable_user"
    assert firm.client("quality_staff").post(url, {"justification": "x"}).status_code == 403
    with in_company(firm.company_id):
        assert not AccessChange.objects.exists()


def test_post_page_names_rights_in_words_and_holders(firm: Firm) -> None:
    page = text(firm.client("auditor"), "/roles/quality_staff/")
    assert "批准生效" in page
    assert "权限变更" in page
    assert "质管员甲" in text(firm.client("auditor"), "/roles/quality_staff/?section=people")
    assert "系统管理员" in text(firm.client("auditor"), "/roles/security_admin/")  # 不得兼任
    assert firm.client("auditor").get("/roles/emperor/").status_code == 404


def test_the_security_administrator_unlocks_with_a_reason(firm: Firm) -> None:
    lock(firm, "keeper")
    far = Client(REMOTE_ADDR="10.1.2.3")
    signing_in = {"username": firm.username("keeper"), "password": PASSWORD}
    assert far.post("/sign-in", signing_in).status_code == 403
    url = f"{person_url(firm, 'keeper')}unlock"
    assert firm.client("system_admin").post(url, {"remark": "电话核实"}).status_code == 403
    security = firm.client("security_admin")
    assert "10.1.2.3" in text(security, person_url(firm, "keeper"))
    assert security.post(url, {"remark": " "}).status_code == 422
    assert far.post("/sign-in", signing_in).status_code == 403
    assert security.post(url, {"remark": "当面核对工牌"}).status_code == 302
    assert far.post("/sign-in", signing_in).status_code == 302
    reason = f"unlocked {firm.username('keeper')}: 当面核对工牌"
    assert Act.objects.filter(actor_id=firm.user("security_admin").pk, reason=reason).count() == 1


def test_the_link_is_offered_for_persons_without_password_and_shown_once(firm: Firm) -> None:
    security, url = firm.client("security_admin"), person_url(firm, "keeper")
    assert "credential-link" not in text(security, url)
    assert security.post(f"{url}credential-link").status_code == 409
    user = firm.user("keeper")
    user.set_unusable_password()
    with open_act(firm.actor("security_admin")):
        user.save(update_fields=["password"])
    assert "待设密码" in text(security, url)
    shown = security.post(f"{url}credential-link").content.decode()
    link = re.search(r'value="(http://[^"]+/sign-in/set-password/[^"]+)"', shown)
    assert link is not None
    assert Client().post(link[1], {"new_password": "Ren-Mai-Du-Mai-14"}).status_code == 302
    assert firm.client("system_admin").post(f"{url}credential-link").status_code == 403


def test_api_lists_persons_and_posts_to_the_same_readers(firm: Firm) -> None:
    lock(firm, "keeper")
    listed = firm.client("auditor").get("/api/v1/accounts/people").json()
    keeper = next(each for each in listed if each["username"] == firm.username("keeper"))
    assert len(listed) == 8
    assert (keeper["locked_from"], [role["role_code"] for role in keeper["roles"]]) == (["10.1.2.3"], ["keeper"])
    posts = {each["code"]: each for each in firm.client("auditor").get("/api/v1/accounts/roles").json()}
    assert "accounts.put_into_force_access_change" in posts["quality_staff"]["rights"]
    assert "accountant" in posts["keeper"]["excludes"]
    for path in ("people", "roles"):
        assert firm.client("keeper").get(f"/api/v1/accounts/{path}").status_code == 404
        assert Client().get(f"/api/v1/accounts/{path}").status_code == 401
