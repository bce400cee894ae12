"""Gates of the warehouse, one file for each kind of work."""
