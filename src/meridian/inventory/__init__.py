"""Inventory: the stock book. Movements, balances, value and genealogy, written by one posting service."""
