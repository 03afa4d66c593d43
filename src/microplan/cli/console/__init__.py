"""Questions, lines with editing, progress and help at a terminal."""
