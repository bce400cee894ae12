"""The pages of the scanner: hub, task, look-up, and the offer on the records that scanning works on."""
