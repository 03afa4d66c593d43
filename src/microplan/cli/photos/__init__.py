"""Photos of the scalp: thumbnails for a page, and pairs for a person to compare."""
