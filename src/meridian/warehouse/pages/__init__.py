"""Pages of the warehouse that cannot be derived."""
