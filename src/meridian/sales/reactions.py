"""What sales does when goods move."""

from meridian.kernel.work import Work
from meridian.sales.models import SalesOrder
from meridian.warehouse.models import Shipment
from meridian.warehouse.queries.shipment import ShipmentFacts
from meridian.warehouse.services.keeping import prolong
from meridian.warehouse.services.shipping import retention_anchors


def keep_order_with_goods(work: Work[Shipment, ShipmentFacts]) -> None:
    """The sales order is kept as long as the record of the goods that left for it (R1, GSP Art 23, 84)."""
    prolong(work, SalesOrder, work.document.order_id, retention_anchors(work.facts))
