"""The commands of `./meridian`, one module each."""
