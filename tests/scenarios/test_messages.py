"""What people are told of comments: the bell, the page of messages, and reading them away."""

import re

import pytest
from django.test import Client

from meridian.kernel.act import open_act
from meridian.kernel.models import RoleAssignment
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from tests.scenarios.test_comments import company, said, url
from tests.scenarios.test_palette import client_of

__all__ = ["company", "url"]
pytestmark = pytest.mark.django_db


def bell(client: Client) -> int:
    """The figure at the bell of a page."""
    page = client.get("/rules/lot_not_expired").content.decode()
    found = re.search(r'class="m-ib m-bell"[^>]*>.*?</a>', page, re.S)
    assert found is not None
    figure = re.search(r'class="n">(\d+)', found[0])
    return int(figure[1]) if figure else 0


def names_of(client: Client, view: str = "") -> list[str]:
    """The words of the messages a person sees."""
    page = client.get(f"/messages{view}").content.decode()
    return re.findall(r"第\w句", page.split('id="list"', 1)[1])


def test_the_bell_counts_what_was_not_read_and_the_page_says_who_said_what_where(
    company: CompanyForTests, url: str
) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    name = company.actors[Role.QUALITY_HEAD].name
    assert (bell(head), names_of(head)) == (0, [])
    assert "没有未读消息" in head.get("/messages").content.decode()
    said(writer, url, f"@{name} 第一句")
    said(writer, url, f"@{name} 第二句")
    assert (bell(writer), bell(head)) == (0, 2)
    page = head.get("/messages").content.decode()
    assert f"{url}?seen=1#rail" in page
    assert "提到了您" in page
    assert company.actors[Role.QUALITY_STAFF].name in page
    assert names_of(head) == ["第二句", "第一句"]


def test_messages_are_read_one_by_one_all_at_once_or_by_opening_the_record(company: CompanyForTests, url: str) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    name = company.actors[Role.QUALITY_HEAD].name
    for number in "一二三":
        said(writer, url, f"@{name} 第{number}句")
    page = head.get("/messages").content.decode()
    newest = re.findall(r'name="message" form="messages-form" value="([^"]+)"', page)[0]
    writer.post("/messages/read", {"message": newest})
    assert bell(head) == 3, "another's message is not read by who wrote it"
    head.post("/messages/read", {"message": newest})
    assert (bell(head), names_of(head)) == (2, ["第二句", "第一句"])
    assert names_of(head, "?view=all") == ["第三句", "第二句", "第一句"]
    assert head.post("/messages/read", {"message": "x"}).status_code == 404
    assert bell(head) == 2
    head.post("/messages/read")
    assert bell(head) == 0
    said(writer, url, f"@{name} 第四句")
    head.get(f"{url}?seen=1")
    assert bell(head) == 0


def test_who_made_a_record_or_spoke_of_it_is_told_of_the_next_comment_and_nobody_else(
    company: CompanyForTests, url: str
) -> None:
    maker, head, sales = (
        client_of(company, role) for role in (Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_STAFF)
    )
    said(head, url, "第一句")
    assert [bell(each) for each in (maker, head, sales)] == [1, 0, 0]
    assert "您参与的单据有新评论" in maker.get("/messages").content.decode()
    assert "评论了您参与的物料" in maker.get("/").content.decode()
    said(maker, url, "第二句")
    assert [bell(each) for each in (maker, head, sales)] == [1, 1, 0]


def test_a_comment_taken_back_tells_nobody(company: CompanyForTests, url: str) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    said(writer, url, f"@{company.actors[Role.QUALITY_HEAD].name} 第一句")
    assert bell(head) == 1
    [back] = re.findall(rf"{url}comments/[^\"]+/withdraw", writer.get(url).content.decode())[:1]
    writer.post(back)
    assert (bell(head), names_of(head, "?view=all")) == (0, [])


def test_words_about_a_record_are_kept_from_who_may_not_read_it_any_more(company: CompanyForTests, url: str) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    said(writer, url, f"@{company.actors[Role.QUALITY_HEAD].name} 第一句")
    with open_act(company.set_up.system):
        RoleAssignment.objects.filter(user_id=company.actors[Role.QUALITY_HEAD].user_id).delete()
    page = head.get("/messages").content.decode()
    assert "第一句" not in page
    assert "该单据已不在您的数据范围内" in page
    head.post("/messages/read")
    assert bell(head) == 0


def test_the_page_takes_the_same_statements_for_one_message_and_twenty(company: CompanyForTests, url: str) -> None:
    writer, head = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    name = company.actors[Role.QUALITY_HEAD].name

    def count() -> int:
        with counted_statements() as statements:
            head.get("/messages")
        return len(statements)

    said(writer, url, f"@{name} 第一句")
    count()
    one = count()
    for _time in range(19):
        said(writer, url, f"@{name} 再说一句")
    assert count() == one
