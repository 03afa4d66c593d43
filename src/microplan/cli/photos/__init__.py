"""Photos of the scalp: small pictures for a page, and pairs that a person compares."""
