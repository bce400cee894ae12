"""Warehouse: goods receipt, quality hold, stock adjustment, shipment."""
