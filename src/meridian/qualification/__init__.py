"""First-time and renewed approval of suppliers, products and customers: files checked by two persons."""
