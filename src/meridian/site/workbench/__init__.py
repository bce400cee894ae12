"""The first page: what waits for this person, what they are warned of, and the figures of their post."""
