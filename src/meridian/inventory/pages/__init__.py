"""Pages of the stock book that no document type has: the trace, a lot, the stock."""
