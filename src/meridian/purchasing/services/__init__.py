"""What purchasing documents do when they are drafted and moved, and what others may ask for."""
