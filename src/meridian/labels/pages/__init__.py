"""Pages of labels that cannot be derived."""
