"""Fictional pages for the style guide: every component in its states. Companies, people and numbers are invented."""
