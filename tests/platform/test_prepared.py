"""Statements kept for all: each run answers for the company in scope and the keys it was given, for nobody else."""

import pytest

from meridian.kernel.context import UnscopedQueryError, in_company
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.platform.prepared import KEY, KEYS, prepared, records
from tests.accounts.firm import Firm, new_firm
from tests.endpoints.caller import SUPPLIERS, Caller, by_session, created, supplier_fields

pytestmark = pytest.mark.django_db


def supplier_of(firm: Firm, serial: int) -> tuple[Caller, str]:
    staff = by_session(firm, "quality_staff")
    return staff, created(staff, firm, SUPPLIERS, supplier_fields(serial))[0].rpartition("/")[2]


def test_a_kept_statement_answers_each_company_with_its_own_rows() -> None:
    first, second = new_firm((Role.QUALITY_STAFF,)), new_firm((Role.QUALITY_STAFF,))
    mine, theirs = supplier_of(first, 1)[1], supplier_of(second, 2)[1]
    seen = []
    for firm in (first, second, first):
        with in_company(firm.company_id):
            rows = prepared(("test", "all"), lambda: Supplier.objects.values("pk")).rows()
            seen.append([str(row["pk"]) for row in rows])
    assert seen == [[mine], [theirs], [mine]]
    with in_company(second.company_id):
        assert records(Supplier, "test by key", lambda rows: rows.filter(pk=KEY), first.company_id) == []
    with pytest.raises(UnscopedQueryError):
        prepared(("test", "all"), lambda: Supplier.objects.values("pk")).rows()


def test_keys_of_one_run_are_none_of_the_next() -> None:
    firm = new_firm((Role.QUALITY_STAFF,))
    _staff, one = supplier_of(firm, 1)
    _staff, other = supplier_of(firm, 2)
    with in_company(firm.company_id):
        suppliers = {str(each.pk): each for each in Supplier.objects.all()}
        asked = prepared(("test", "keys"), lambda: Supplier.objects.filter(pk__in=[KEYS]).values("pk", "phone"))
        for wanted in ([one], [other], [one, other], []):
            rows = {str(row["pk"]): row["phone"] for row in asked.rows(keys=[suppliers[key].pk for key in wanted])}
            assert rows == {key: suppliers[key].phone for key in wanted}
        assert records(Supplier, "test one", lambda rows: rows.filter(pk=KEY), suppliers[one].pk) == [suppliers[one]]


def test_a_query_with_a_key_of_its_own_is_not_kept() -> None:
    firm = new_firm((Role.QUALITY_STAFF,))
    _staff, key = supplier_of(firm, 1)
    with pytest.raises(ValueError, match="takes its keys"):
        prepared(("test", "own key"), lambda: Supplier.objects.filter(pk=key).values("pk"))
