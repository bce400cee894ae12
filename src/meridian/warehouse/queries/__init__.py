"""Reads of the warehouse: the facts of its documents, one file a document."""
