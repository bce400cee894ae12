"""Alerts: what runs out, is late, excepted or silent, told to a named person until it is dealt with."""
