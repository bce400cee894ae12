"""How a person works with all the screens at once: the command palette, their own views and columns, comments."""
