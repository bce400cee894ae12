"""Ledger: the money book. Vouchers balance, are never altered, and are numbered without gaps."""
