"""An ERP for medical-device companies: one source of facts, one way to change them."""
