"""The page of parameters."""
