"""Who goods come from and go to: suppliers, customers and the papers behind their verdicts."""
