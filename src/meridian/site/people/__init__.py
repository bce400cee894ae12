"""Persons, posts and their rights by screen: who holds what, and every change asked for as a signed document."""
