"""Reads of purchasing: the facts of its documents, what was offered and by whom."""
