"""Pages of the warehouse that no declaration derives."""
