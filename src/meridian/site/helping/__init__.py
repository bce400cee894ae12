"""Help on every page, and the data dictionary: what declarations and tables say of themselves, in words."""
