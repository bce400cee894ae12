"""Who may come in and what they may do: sign-in, second factors, signatures' re-authentication, roles, tokens."""
