"""What the warehouse's documents do, one file for each kind of work."""
