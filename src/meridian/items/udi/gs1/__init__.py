"""GS1: the one issuing agency whose identifiers are read so far."""
