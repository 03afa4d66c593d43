"""The questions of `new` at a terminal."""
