"""Sales: orders of customers."""
