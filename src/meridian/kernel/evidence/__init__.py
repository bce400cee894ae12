"""Evidence: triggers and grants, the sealed log, its proofs, its verification, and the bundle of one record."""
