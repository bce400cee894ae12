"""Purchasing: orders to suppliers."""
