"""Sales orders for tests, made through the two doors."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from meridian.kernel.clock import Moment, now
from meridian.organization.queries import zone_of_site
from meridian.organization.vocabulary import Role
from meridian.sales.documents import SalesOrderDocument
from meridian.warehouse.tests.outbound import House


def today(house: House) -> date:
    """The day at the house's site, by the store's clock."""
    with house.company.scope():
        return Moment.at(now(), zone_of_site(house.company.set_up.site_id)).site_day


def draft_order(house: House, *quantities: str, **fields: Any) -> UUID:
    """An order in draft: a line of the house's item for each quantity, arriving tomorrow unless said otherwise."""
    day = today(house)
    values = {"customer": house.customer, "ordered_on": day, "arrives_on": day + timedelta(days=1), **fields}
    lines = [{"item": house.item, "quantity": quantity, "unit_price": "115.00"} for quantity in quantities]
    return house.company.draft(SalesOrderDocument, values, lines, role=Role.SALES_STAFF).document_id


def confirmed_order(house: House, *quantities: str, **fields: Any) -> UUID:
    """An order that may be shipped."""
    order = draft_order(house, *quantities, **fields)
    house.company.perform(SalesOrderDocument.confirm, order, role=Role.SALES_MANAGER)
    return order
