"""Measured workloads: the product's real path beside the leanest SQL for the same rows, in one run."""
