"""The evidence floor: seals what the kernel wrote, verifies it, and hands out proofs of one record."""
