"""Comments: whoever may read a record may speak; nothing said is altered; a withdrawal leaves its trace."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meridian.items.tests.factories import draft_item
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.kernel.models import Change, RefusalRecord
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.workspace import comments
from meridian.workspace.models import Comment, Mention
from tests.scenarios.test_data_scope import RECEIPTS, TwoSites, refused, sites
from tests.scenarios.test_palette import client_of

__all__ = ["sites"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_STAFF))


@pytest.fixture
def url(company: CompanyForTests) -> str:
    return f"/items/items/{draft_item(company)}/"


def said(client: Client, url: str, text: str, key: str = "") -> Any:
    return client.post(f"{url}comment", {"remark": text, "key": key or uuid4().hex})


def only_comment(company: CompanyForTests) -> Comment:
    with company.scope():
        return Comment.objects.get()


def test_a_comment_stands_in_timeline_and_trail_as_it_was_typed(company: CompanyForTests, url: str) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    assert said(client, url, "请核对 <b>规格</b>\n第二行").headers["Location"] == url
    for page in (url, f"{url}trail", f"{url}?section=trail"):
        text = client_of(company, Role.QUALITY_HEAD).get(page).content.decode()
        assert "请核对 &lt;b&gt;规格&lt;/b&gt;" in text, page
        assert "<b>规格" not in text, page
    with company.scope():
        row = Comment.objects.get()
        assert Change.objects.filter(table_name="workspace_comment", row_id=row.pk).count() == 1


def test_the_same_key_says_it_once(company: CompanyForTests, url: str) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    for _ in range(2):
        assert said(client, url, "一次", key="k1").status_code == HTTPStatus.FOUND
    assert only_comment(company).text == "一次"
    assert said(client, url, "另一句", key="k1").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("text", ["", "   ", "字" * 2001, "a\x00b"])
def test_what_cannot_be_kept_is_refused_recorded_and_still_there_to_correct(
    company: CompanyForTests, url: str, text: str
) -> None:
    answer = said(client_of(company, Role.QUALITY_STAFF), url, text)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert text.strip()[:50].replace("\x00", "") in answer.content.decode().replace("\x00", "").replace("\ufffd", "")
    with company.scope():
        assert not Comment.objects.exists()
        assert list(RefusalRecord.objects.values_list("code", flat=True)) == ["field_invalid"]


def test_the_longest_comment_is_kept(company: CompanyForTests, url: str) -> None:
    said(client_of(company, Role.QUALITY_STAFF), url, "字" * 2000)
    assert len(only_comment(company).text) == 2000


def test_its_writer_withdraws_once_and_the_trace_remains(company: CompanyForTests, url: str) -> None:
    writer, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    said(writer, url, "写错了的话")
    address = f"{url}comments/{only_comment(company).pk}/withdraw"
    assert address in writer.get(url).content.decode()
    assert address not in other.get(url).content.decode()
    assert other.post(address).status_code == HTTPStatus.FORBIDDEN
    assert only_comment(company).withdrawn_at is None
    assert writer.post(address).headers["Location"] == url
    assert writer.post(address).status_code == HTTPStatus.CONFLICT
    page = other.get(url).content.decode()
    assert "写错了的话" not in page
    assert "评论已撤回" in page
    trail = other.get(f"{url}trail").content.decode()
    assert "写错了的话" in trail
    assert "撤回评论" in trail


def test_the_database_lets_nobody_alter_or_delete_what_was_said(company: CompanyForTests, url: str) -> None:
    said(client_of(company, Role.QUALITY_STAFF), url, "原话")
    row = only_comment(company)
    for change in (
        "UPDATE workspace_comment SET text = 'x'",
        "DELETE FROM workspace_comment",
    ):
        with (
            pytest.raises(DatabaseError, match="comment"),
            transaction.atomic(),
            open_act(company.actors[Role.QUALITY_STAFF]),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{change} WHERE id = %s", [row.pk])
    assert only_comment(company).text == "原话"


def test_who_may_not_read_the_record_may_not_speak_of_it(sites: TwoSites) -> None:
    here = sites.receipt("HERE", far=False)
    sites.limit(Role.RECEIVER, "site", sites.far)
    client = sites.browser(Role.RECEIVER)
    assert said(client, f"/{RECEIPTS}/{here}/", "看不到").status_code == HTTPStatus.NOT_FOUND
    actor = sites.inbound.company.actors[Role.RECEIVER]
    assert refused(lambda: comments.write(GoodsReceiptDocument, here, "x", actor=actor)).code == "not_found"
    stranger = new_company((Role.QUALITY_STAFF,)).actors[Role.QUALITY_STAFF]
    with pytest.raises(Refused, match="not_found"):
        comments.write(GoodsReceiptDocument, here, "x", actor=stranger)
    with sites.inbound.company.scope():
        assert not Comment.objects.exists()


def test_a_colleague_named_is_told_until_they_look(company: CompanyForTests, url: str) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    name = company.actors[Role.QUALITY_HEAD].name
    said(writer, url, f"@{name} 请看一下")
    assert "请看一下" not in writer.get("/").content.decode()
    home = head.get("/").content.decode()
    assert "请看一下" in home
    assert f"{url}?seen=1#rail" in home
    assert "请看一下" in head.get(f"{url}?seen=1").content.decode()
    assert "请看一下" not in head.get("/").content.decode()


def test_nobody_is_told_of_a_record_they_may_not_read(sites: TwoSites) -> None:
    company = sites.inbound.company
    order: UUID = sites.inbound.order()
    picker, buyer = company.actors[Role.PICKER], company.actors[Role.BUYER]
    comments.write(
        PurchaseOrderDocument, order, f"@{picker.name} @{buyer.name} 请看", actor=company.actors[Role.RECEIVER]
    )
    with company.scope():
        told = set(Mention.objects.values_list("user_id", flat=True))
    readers = set(PurchaseOrderDocument.read_by) | set(PurchaseOrderDocument.drafted_by)
    assert buyer.user_id in told
    assert (picker.user_id in told) is (Role.PICKER in readers)


def test_comments_cost_no_statement_each(company: CompanyForTests, url: str) -> None:
    client = client_of(company, Role.QUALITY_STAFF)

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return sum("clock_offset" not in each["sql"] for each in captured)

    said(client, url, "一")
    before = count()
    for text in "二三四五六":
        said(client, url, text)
    assert count() == before
