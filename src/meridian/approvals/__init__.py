"""Who agrees: policies, cases, votes, absence. Knows no business word; the site hands in what may be asked about."""
