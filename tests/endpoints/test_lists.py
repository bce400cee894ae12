"""Lists: keyset pages without gaps or repeats, filters by declared columns, nothing guessed."""

import jsonschema_rs
import pytest

from meridian.kernel.tests.engine_case import counted_statements
from tests.accounts.firm import Firm
from tests.endpoints.caller import SUPPLIERS, Caller, created, supplier_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(firm: Firm, staff: Caller) -> list[str]:
    """Seven suppliers, oldest first, by id."""
    return [created(staff, firm, SUPPLIERS, supplier_fields(n + 1))[0].rpartition("/")[2] for n in range(7)]


def test_pages_follow_each_other_newest_first(seven: list[str], staff: Caller) -> None:
    seen: list[str] = []
    after: str | None = ""
    for expected in (3, 3, 1):
        status, page = staff.get(SUPPLIERS, limit=3, **({"after": after} if after else {}))
        assert (status, len(page["items"])) == (200, expected)
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
    assert after is None
    assert seen == seven[::-1]


def test_a_row_added_meanwhile_shifts_no_page(seven: list[str], firm: Firm, staff: Caller) -> None:
    first = staff.get(SUPPLIERS, limit=4)[1]
    created(staff, firm, SUPPLIERS, supplier_fields(50))
    second = staff.get(SUPPLIERS, limit=4, after=first["next"])[1]
    assert [row["id"] for row in first["items"] + second["items"]] == seven[::-1]


def test_rows_are_found_by_filter_state_and_word(seven: list[str], firm: Firm, staff: Caller) -> None:
    maker, _version = created(staff, firm, SUPPLIERS, supplier_fields(9, kind="maker", name="华东器械制造厂"))
    for query in ({"kind": "maker"}, {"q": "华东"}, {"q": "hdqx"}, {"state": "draft", "kind": "maker"}):
        items = staff.get(SUPPLIERS, **query)[1]["items"]
        assert [row["id"] for row in items] == [maker.rpartition("/")[2]], query
    assert staff.get(SUPPLIERS, state="approved")[1]["items"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "field_invalid"),
        ({"limit": "101"}, "field_invalid"),
        ({"limit": "-1"}, "field_invalid"),
        ({"limit": "9" * 400}, "field_invalid"),
        ({"limit": "１０"}, "field_invalid"),
        ({"after": "1"}, "field_invalid"),
        ({"state": "gone"}, "field_invalid"),
        ({"kind": "gone"}, "field_invalid"),
        ({"q": "x" * 121}, "field_invalid"),
        ({"q": "a\x00b"}, "field_invalid"),
        ({"name": "x"}, "field_unknown"),
        ({"company_id": "x"}, "field_unknown"),
        ({"password__startswith": "x"}, "field_unknown"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_by_name(staff: Caller, query: dict[str, str], code: str) -> None:
    status, body = staff.get(SUPPLIERS, **query)
    assert (status, body["code"]) == (422, code)
    assert body["findings"][0]["field"] == next(iter(query))


def test_search_text_is_text_and_nothing_else(seven: list[str], staff: Caller) -> None:
    for word in ("%", "_", "'; DROP TABLE parties_supplier; --", "<script>alert(1)</script>", "\\"):
        status, page = staff.get(SUPPLIERS, q=word)
        assert (status, page["items"]) == (200, [])
    assert len(staff.get(SUPPLIERS)[1]["items"]) == 7


def test_a_page_is_what_the_description_says(seven: list[str], staff: Caller) -> None:
    description = staff.get("/api/openapi.json")[1]
    said = description["paths"][SUPPLIERS]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**said, "components": description["components"]}, validate_formats=True)
    page = staff.get(SUPPLIERS, limit=5)[1]
    assert [str(error) for error in validator.iter_errors(page)] == []
    row = page["items"][0]
    assert set(row) == set(description["components"]["schemas"]["SupplierHeader"]["properties"])
    assert not validator.is_valid({**page, "items": [{**row, "id": "1"}]})


def test_a_page_takes_four_statements_whatever_it_holds(seven: list[str], staff: Caller) -> None:
    for query in ({"limit": 1}, {"limit": 100}, {"state": "draft"}):
        staff.get(SUPPLIERS, **query)
        with counted_statements() as statements:
            assert staff.get(SUPPLIERS, **query)[0] == 200
        assert len(statements) == 4, query  # session, person, rights, rows
