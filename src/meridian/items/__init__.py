"""Items, units, classes, device identifiers and registration certificates."""
