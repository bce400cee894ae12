"""Inspection: acceptance inspections and the signed release of what passed."""
