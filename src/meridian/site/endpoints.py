"""What modules add to the API by hand."""

from meridian.inventory.api import mount as mount_inventory
from meridian.labels.api import mount as mount_labels
from meridian.ledger.api import mount as mount_ledger
from meridian.platform.endpoints.provided import provide_endpoints
from meridian.purchasing.api import mount as mount_purchasing
from meridian.scanning.api import mount as mount_scanning
from meridian.site.people.api import mount as mount_people
from meridian.warehouse.api import mount as mount_warehouse


def provide_all_endpoints() -> None:
    """Hands everything to the API; called once when Django is ready."""
    provide_endpoints(
        [mount_inventory, mount_ledger, mount_scanning, mount_warehouse, mount_purchasing, mount_labels, mount_people]
    )
