"""Pages of the money book that no document type has: vouchers and the trial balance."""
