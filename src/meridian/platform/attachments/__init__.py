"""Files attached to documents: kept by the hash of their content, never opened, never deleted, always a download."""
