"""Coming in: the sign-in page, one's own credentials, links that set a password."""
