"""The server looked after: is it well, do its background jobs go on."""
