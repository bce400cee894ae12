"""Paper: records and forms as PDF by typst, every print counted."""
