"""The API, derived from the declarations of document types."""
