"""Many plans at once: rows in, plans out."""
