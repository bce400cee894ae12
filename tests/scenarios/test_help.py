"""Help on every page and the data dictionary: what may be written where, by whom, under which rules."""

import pytest
from django.test import Client
from django.utils import translation

from meridian.accounts.signing_in import BACKEND
from meridian.kernel.models import User
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role
from meridian.site.helping.dictionary import FieldDefinition, every_field, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Client:
    company = new_company([Role.KEEPER])
    client = Client()
    client.force_login(User.objects.get(pk=company.actors[Role.KEEPER].user_id), backend=BACKEND)
    return client


def field(type_code: str, name: str) -> FieldDefinition:
    with translation.override("zh-hans"):
        found = fields_of(registry.document_types[type_code])
    return next(each for each in found if each.name == name)


def test_a_page_leads_to_its_own_help(keeper: Client) -> None:
    answer = keeper.get("/help/", {"at": "/parties/suppliers/?view=all"})
    assert answer["Location"] == "/help/supplier/"
    page = keeper.get("/help/supplier/").content.decode()
    assert "首次采购前" in page
    assert "/lifecycle/supplier" in page


def test_a_page_without_help_of_its_own_leads_to_the_list_of_all(keeper: Client) -> None:
    for at in ("", "/", "/scan", "/no/such/page", "//evil.example/parties/suppliers"):
        answer = keeper.get("/help/", {"at": at})
        assert answer.status_code == 200
        assert "/help/item/" in answer.content.decode()


def test_help_is_given_on_what_may_be_read_only(keeper: Client) -> None:
    assert keeper.get("/help/access_change/").status_code == 404
    assert "/help/access_change/" not in keeper.get("/help/").content.decode()
    assert "accounts_access_change" not in keeper.get("/dictionary/", {"q": "role_code"}).content.decode()


def test_the_dictionary_finds_a_field_by_label_and_by_its_name_in_the_interface(keeper: Client) -> None:
    for word in ("统一社会信用代码", "uscc", "USCC"):
        page = keeper.get("/dictionary/", {"q": word}).content.decode()
        assert "供货者 · 统一社会信用代码" in page
        assert "购货者 · 统一社会信用代码" in page
    assert "没有符合的字段" in keeper.get("/dictionary/", {"q": "没有这个字段"}).content.decode()


def test_every_page_of_the_dictionary_opens_and_no_field_is_lost(keeper: Client) -> None:
    found, page_no = 0, 1
    while True:
        page = keeper.get("/dictionary/", {"page": page_no}).content.decode()
        found += page.count("<tr") - 1
        if f"page={page_no + 1}" not in page:
            break
        page_no += 1
    readable = {code for code, each in registry.document_types.items() if Role.KEEPER in _readers(each)}
    assert found == sum(each.type_code in readable for each in every_field())


def _readers(declared: AnyDocumentType) -> set[str]:
    movers = {role for move in declared.transitions.values() for role in move.allowed_to}
    return {*declared.read_by, *declared.drafted_by, *movers}


def test_a_field_says_what_it_holds_who_writes_it_and_what_binds_it() -> None:
    uscc = field("supplier", "uscc")
    assert (uscc.kind, uscc.is_required) == ("文本，最多 18 字", True)
    assert "在公司内唯一" in uscc.rules
    assert "改动须写明原因" in uscc.rules
    assert field("supplier", "phone").rules[-1] == "个人信息，加密保存"
    price = field("purchase_order", "unit_price")
    assert price.is_line
    assert "采购员" in price.owner
    assert field("purchase_order", "amount").rules[0] == "由系统填写"
    assert field("purchase_order", "state").owner == ""
    assert field("item", "device_class").kind == "选项：第一类、第二类、第三类"


def test_the_help_speaks_english_too(keeper: Client) -> None:
    page = keeper.get("/help/supplier/", {"section": "fields"}, headers={"Accept-Language": "en"}).content.decode()
    assert "Unified social credit code" in page
