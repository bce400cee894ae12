"""Setting up a company: zones by law, rights by declaration, separated posts."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meridian.kernel.context import in_company
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment, SeparationRule, User
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import registry
from meridian.organization.models import Company, Place
from meridian.organization.queries import company_in_scope, places_of_kind, zone_of_site
from meridian.organization.services import NewCompany, NewUser, mnemonic_of, set_up_company
from meridian.organization.tests.factories import PASSWORD, example_uscc, new_company
from meridian.organization.vocabulary import PlaceKind, Role, ZoneKind

pytestmark = pytest.mark.django_db


def test_the_company_is_its_own_company() -> None:
    company = new_company()
    with company.scope():
        assert company_in_scope().pk == company.company_id == Company.objects.get().company_id


def test_the_five_zones_of_gsp_article_40_exist_in_one_warehouse() -> None:
    company = new_company()
    with company.scope():
        zones = Place.objects.filter(kind=PlaceKind.ZONE)
        assert {zone.zone_kind for zone in zones} == set(ZoneKind.values)
        warehouse = Place.objects.get(kind=PlaceKind.WAREHOUSE)
        assert {zone.parent_id for zone in zones} == {warehouse.pk}
        found = places_of_kind(company.set_up.site_id, ZoneKind.QUALIFIED)
        assert [zone.pk for zone in found] == [company.set_up.places[ZoneKind.QUALIFIED]]


def test_every_post_exists_and_holds_what_declarations_grant_it() -> None:
    company = new_company()
    with company.scope():
        assert set(RoleRow.objects.values_list("code", flat=True)) == set(Role.values)
        head = grants_of(company.actors[Role.QUALITY_HEAD])
        buyer = grants_of(company.actors[Role.BUYER])
    assert head.allows("parties.approve_supplier")
    assert not buyer.allows("parties.approve_supplier")
    assert not buyer.allows("parties.draft_supplier")  # G77: quality master data is written by quality
    assert buyer.allows("parties.read_supplier")


def test_the_auditor_reads_every_type_and_moves_none() -> None:
    company = new_company([Role.AUDITOR])
    with company.scope():
        grants = grants_of(company.actors[Role.AUDITOR])
    wanted = {declared.permission("read") for declared in registry.document_types.values()} | set(registry.rights)
    assert {grant.permission for grant in grants.grants} == wanted


def test_persons_sign_in_with_their_password_and_hold_their_post() -> None:
    company = new_company([Role.KEEPER])
    person = User.objects.get(pk=company.actors[Role.KEEPER].user_id)
    assert person.check_password(PASSWORD)
    with company.scope():
        assert RoleAssignment.objects.get(user_id=person.pk).scope_kind == "company"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Role.ACCOUNTANT, Role.KEEPER),
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        (Role.SYSTEM_ADMIN, Role.AUDITOR),
        (Role.SECURITY_ADMIN, Role.AUDITOR),
    ],
)
def test_separated_posts_are_not_given_to_one_person(first: Role, second: Role) -> None:
    person = NewUser("both", "一身二任", (first, second), PASSWORD)
    with pytest.raises(ValueError, match="both"):
        set_up_company(NewCompany(name="甲", uscc=example_uscc(2), users=[person]))
    assert not User.objects.filter(username="both").exists()


def test_separation_is_kept_as_data_for_later_grants() -> None:
    company = new_company()
    with company.scope():
        pairs = set(SeparationRule.objects.values_list("role_code", "excludes_code"))
    assert ("accountant", "keeper") in pairs
    assert ("system_admin", "security_admin") in pairs
    assert ("system_admin", "auditor") in pairs


def test_a_faulty_credit_code_is_refused() -> None:
    with pytest.raises(ValueError, match="unified social credit code"):
        set_up_company(NewCompany(name="甲", uscc="913201000000000010", users=[]))


def test_a_site_knows_its_time_zone_and_only_in_its_company() -> None:
    first, second = new_company(), new_company()
    with first.scope():
        assert zone_of_site(first.set_up.site_id) == ZoneInfo("Asia/Shanghai")
    with second.scope(), pytest.raises(LookupError):
        zone_of_site(first.set_up.site_id)
    with in_company(UUID(int=1)), pytest.raises(LookupError):
        zone_of_site(first.set_up.site_id)


def test_mnemonics_are_pinyin_initials() -> None:
    assert mnemonic_of("一次性使用无菌注射器 5ml") == "YCXSYWJZSQ5ML"
