"""Pages of purchasing that no document type has: offers side by side."""
