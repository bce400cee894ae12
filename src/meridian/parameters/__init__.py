"""Parameters: figures a company may set, declared with scope, default, bounds and effect, changed by signature."""
